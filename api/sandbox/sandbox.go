package sandbox

import (
	"unibox/api/sandbox/kit"
	"unibox/api/sandbox/pact"
	"unibox/api/sandbox/protocol"
	"unibox/api/sandbox/textus"
)

// Options shape the world.
type Options = kit.Options

// Account is what a client's config has to say to use a served account.
type Account = kit.Account

// Received is a message that a platform took in.
type Received = kit.Received

// Protocol is what the documents of Protocol leave open.
type Protocol = protocol.Behavior

// Config writes accounts as TOML, ready to be a client's config file.
func Config(accounts []Account) string { return kit.Config(accounts) }

// Server is all platforms on one address, with the control side.
type Server struct {
	*kit.Server
	chat *protocol.Server
}

// New makes the world. It takes no time whatever its size.
func New(o kit.Options) *Server {
	m := kit.NewMedia()
	chat := protocol.New(o, m)
	return &Server{kit.NewServer(m, pact.New(o, m), textus.New(o, m), chat), chat}
}

// SetProtocol changes how Protocol behaves, for tests that care.
func (s *Server) SetProtocol(habits protocol.Behavior) { s.chat.SetBehavior(habits) }
