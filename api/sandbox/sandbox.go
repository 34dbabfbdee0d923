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

// Config writes accounts as TOML, ready to be a client's config file.
func Config(accounts []Account) string { return kit.Config(accounts) }

// Server serves all platforms and the control side on one address.
type Server struct {
	*kit.Server
	chat *protocol.Server
}

// New returns a server. It takes no time, whatever the size of the data.
func New(o Options) *Server {
	m := kit.NewMedia()
	chat := protocol.New(o, m)
	return &Server{kit.NewServer(m, pact.New(o, m), textus.New(o, m), chat), chat}
}

// SetProtocol changes how Protocol behaves.
func (s *Server) SetProtocol(b Protocol) { s.chat.SetBehavior(b) }
