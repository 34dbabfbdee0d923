// Package sandbox puts the servers of all platforms together: real HTTP servers
// whose customers write and whose deliveries take time. The demo, the tests and the
// screenshots run on it, and any other client of these platforms can.
//
// A [Server] is an [http.Handler]. It serves Pact under /p1/ and /api/p2/, TextUs under
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

import (
	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/pact"
	"unibox/api/sandbox/protocol"
	"unibox/api/sandbox/textus"
)

// Options describe the data that is served.
type Options = kit.Options

// Account is what a client's config needs to use a served account.
type Account = kit.Account

// Received is a message that a platform accepted from a client.
type Received = kit.Received

// Protocol is how Protocol behaves where its documents leave it open.
type Protocol = protocol.Behavior

// Pact is how Pact behaves where its documents leave it open.
type Pact = pact.Behavior

// Config writes accounts as TOML, ready to be a client's config file.
func Config(accounts []Account) string { return kit.Config(accounts) }

// Server serves all platforms and the control side on one address.
type Server struct {
	*kit.Server
	chat *protocol.Server
	pact *pact.Server
}

// New returns a server. It takes no time, whatever the size of the data.
func New(o Options) *Server {
	m := kit.NewMedia()
	chat := protocol.New(o, m)
	bakery := pact.New(o, m)
	return &Server{kit.NewServer(m, bakery, textus.New(o, m), chat), chat, bakery}
}

// Second is an account on Pact that speaks p2: with WhatsApp Business and its time limit,
// templates, quotes. It is none of Accounts.
func (s *Server) Second(origin string) Account { return s.pact.Second(origin) }

// SetPact changes how Pact behaves.
func (s *Server) SetPact(b Pact) { s.pact.SetBehavior(b) }

// SetProtocol changes how Protocol behaves.
func (s *Server) SetProtocol(b Protocol) { s.chat.SetBehavior(b) }
