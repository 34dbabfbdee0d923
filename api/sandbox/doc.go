// Package sandbox serves messaging platforms as real HTTP servers with a life
// of their own: customers write back, deliveries take time, faults come on
// request. The demo, the tests and the pictures all run on it, and any other
// client of the platforms can. It serves Pact p1 under /p1/, TextUs under
// /textus/ and Protocol under /protocol/v1/.
//
// A [Server] is an [http.Handler]; what it serves is a pure function of the
// seed and the moment it was made. Nothing is computed before it is asked for,
// so a world of 20,000 conversations and 1,000,000 messages costs no memory;
// only what happens afterwards is kept.
//
// Where to look: sandbox.go holds the server and what a platform owes it,
// router.go, params.go, paging.go, fault.go, ledger.go and control.go are
// shared by all platforms, script.go, people.go and media.go make up the
// customers, pact*.go is Pact, textus*.go TextUs and protocol*.go Protocol.
//
// # The world
//
// Pact has three companies behind one token. 154 is the one to work with: as
// many conversations as were asked for over six channels, with all the hard
// cases among them. 155 is plain: it satisfies the official Python SDK
// (pact.md §10). 156 is rough: nulls, missing fields, a provider nobody knows.
//
// TextUs has a third as many conversations over a tree of three accounts. Its
// ids and links begin at the service's root, as those of the real one do: they
// follow the base URL, /textus included. What TextUs documents nowhere is made
// up here: the members of attachments, items of timelines that are no messages,
// and an account's requestingUser.
//
// Protocol has a quarter as many conversations: a fifth of them groups, some
// archived, pinned or muted, one empty, and contacts nobody has talked to. It
// takes a token, or a user ("studio") and a password. What its documents leave
// open is decided so: lists run newest first ([Server.SetProtocol] turns them
// round), the plain list holds archived conversations too, has_more speaks of
// the direction asked for, an unknown cursor is refused, contacts and reactions
// replace and attachments add, and only messages of ours can be edited or
// deleted. Somebody reads what was sent some seconds later and may answer.
//
// # Magic values
//
// Of Pact:
//
//	text with #fail           the delivery job fails: "the contact does not exist"
//	phone 70000000000         the same; user_exists says false
//	a caption on a file that is no image, WhatsApp
//	                          the job fails and says why
//	a channel that was deleted
//	                          the job fails: "the integration does not work"
//	viber                     answers synchronously: the job is born delivered
//
// Of TextUs, in a text or as the number written to:
//
//	#fail, +15555550101       ends failed
//	#transient, +15555550102  ends failed_transient, and arrives when retried
//	#unknown, +15555550103    ends unknown
//	STOP, START               from a customer: opts out, and in again
//
// # The control side
//
// It lives under /control/, takes and gives JSON, asks for no token and is
// never counted as a request of a platform. Errors are {"error": "…"}.
//
//	POST /control/inbound   {"platform", "conversation", "text", "files"}
//	                        a customer writes now; answers {"message_id": 1};
//	                        a file is {"name", "mime", "size", "url"}, the url
//	                        whole or a path on this server
//	POST /control/fault     {"platform", "match", "calls", "kind", "ms", "status", "retry_after", "percent"}
//	DELETE /control/fault   no more faults, held jobs go on
//	GET /control/received   every message taken in, a list in order; ?platform=pact
//	GET /control/requests   {"counts": {"GET /p1/companies": 1},
//	                         "conversations": {"8741": {"pages", "in_flight_max", "repeated"}}}
//
// A fault strikes the next calls requests (0 means 1, a negative number all
// until it is deleted) whose method and path match: "POST /messages",
// "/conversations/*/messages$" or "" for all. The path may match anywhere in
// it, * stands for one segment, $ for its end. With percent it strikes that
// share of them by chance, as on a line that loses some. The kinds:
//
//	latency      the request takes effect at once, the answer comes ms later
//	status       answers status (500) and Retry-After: retry_after, no effect
//	html         answers a gateway's page with status (502), no effect
//	drop_before  cuts the connection, no effect
//	drop_after   takes effect, then cuts the connection without an answer
//	truncate     takes effect, then sends half of the answer
//	stall        the same, and then says nothing for ever
//	drip         takes effect, the answer comes in pieces over ms
//	date         takes effect, the answer's Date is ms ahead, or behind if negative
//	pause_jobs   holds all deliveries for ms, or until DELETE where ms is 0
//
// # Traps
//
// What is served under /files/trap/KIND/NAME does harm to who fetches it without
// care. Someone in company 154 has sent some of them. The kinds:
//
//	short, long      the body has less, or more, than its Content-Length says
//	endless, stall   the body never ends; or stops half-way without an end
//	packed           10 MB of zeros with Content-Encoding: gzip, unasked
//	program, script  an executable, or a shell script, whatever it is called
//	page             a page to sign in, as image/jpeg
//	named            a Content-Disposition that leads into another folder
//	other, local, metadata, disk, round
//	                 redirects: to another host, to this machine, to a cloud's
//	                 metadata, to file:, and to itself
//	gone             410
//
// In "conversations", pages counts the pages of history answered whole,
// in_flight_max the most requests for it that ran at once, and repeated the
// page tokens that were answered whole more than once.
package sandbox
