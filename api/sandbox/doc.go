// Package sandbox puts the servers of all platforms together: real HTTP servers
// whose customers write and whose deliveries take time. The demo, the tests and the
// screenshots run on it, and any other client of these platforms can.
//
// A [Server] is an [http.Handler]. It serves Pact p1 under /p1/, TextUs under
// /textus/, Protocol under /protocol/v1/, the files of all under /files/, and the
// control side, which injects messages and faults and counts requests, under
// /control/ (see package kit).
//
// The data is a function of the seed and of the time at which the server was made.
// Nothing is computed before it is asked for, so 20,000 conversations with
// 1,000,000 messages take no memory; only what happens after the start is kept.
//
// Packages: kit is what the servers share, pact, textus and protocol serve one
// platform each and say in their documentation what data they have and which texts
// and numbers make a delivery fail, kittest is a client for their tests.
//
// Another platform needs a package with a type that implements kit.Platform, and
// one line in [New].
package sandbox
