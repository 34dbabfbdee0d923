package sandbox

// Server is all platforms on one address, with the control side.
type Server struct {
	*platformServer
	chat *protocol
}

// New makes the world. It takes no time whatever its size.
func New(o Options) *Server {
	m := newMedia()
	chat := newProtocol(o, m)
	return &Server{newServer(m, newPact(o, m), newTextus(o, m), chat), chat}
}

// SetProtocol changes how Protocol behaves, for tests that care.
func (s *Server) SetProtocol(habits Protocol) { s.chat.set(habits) }
