package kit

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Platform is one service. All of it is safe for concurrent use.
type Platform interface {
	// Name is the platform's name in the config and on the control side.
	Name() string
	// Prefix is the path that all its routes begin with: "/p1/".
	Prefix() string
	Routes() []Route
	// Serve answers a request and reports whether it could be done; found
	// tells which route it is for, if any.
	Serve(w http.ResponseWriter, r *http.Request, found Match) bool
	// Write lets a customer write, and returns the message's id.
	Write(conversation, text string, files []File) (string, error)
	// ErrorBody is the body of an error, as the platform shapes it.
	ErrorBody(status int, text string) any
	// Received lists the messages taken in, in order.
	Received() []Received
	// Pause holds deliveries for a while, for good where it is 0.
	Pause(time.Duration)
	Resume()
	Accounts(origin string) []Account
	// Live is one beat of the life.
	Live()
}

// Server serves some platforms on one address, with their files and
// the control side.
type Server struct {
	platforms []Platform
	media     *Media
	faults    faults
	ledger    *ledger
	control   *http.ServeMux
}

// NewServer returns a server of some platforms, which share the media.
func NewServer(m *Media, platforms ...Platform) *Server {
	s := &Server{platforms: platforms, media: m, ledger: newLedger()}
	s.control = s.controlSide()
	return s
}

// beat is how often the life looks at the clock.
const beat = 100 * time.Millisecond

// Run is the life: deliveries end and customers write, until ctx ends. It
// returns ctx's error. Without it deliveries still end in time, seen from the
// next request.
func (s *Server) Run(ctx context.Context) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			for _, p := range s.platforms {
				p.Live()
			}
		}
	}
}

// ServeHTTP serves the platforms, their files and the control side. It panics
// with [http.ErrAbortHandler] where a fault cuts the connection.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := CleanPath(r.URL.Path)
	switch {
	case strings.HasPrefix(path, "/control/"):
		s.control.ServeHTTP(w, r)
		return
	case strings.HasPrefix(path, "/files/"), strings.HasPrefix(path, "/avatars/"):
		s.media.ServeHTTP(w, r)
		return
	}
	for _, p := range s.platforms {
		if strings.HasPrefix(path, p.Prefix()) {
			s.servePlatform(w, r, p, path)
			return
		}
	}
	WriteJSON(w, http.StatusNotFound, map[string]string{"error": "nothing is served here"})
}

func (s *Server) servePlatform(w http.ResponseWriter, r *http.Request, p Platform, path string) {
	found := find(p.Routes(), r.Method, path)
	done := s.ledger.begin(r, found)
	fault, hit := s.faults.take(p.Name(), r.Method, path)
	if !hit {
		done(p.Serve(w, r, found))
		return
	}
	whole := false
	defer func() { done(whole) }()
	whole = fault.strike(w, r, p.ErrorBody, func(w http.ResponseWriter) bool { return p.Serve(w, r, found) })
}

// named returns the platforms of a name, all for an empty one.
func (s *Server) named(name string) []Platform {
	var some []Platform
	for _, p := range s.platforms {
		if name == "" || p.Name() == name {
			some = append(some, p)
		}
	}
	return some
}

// WriteJSON writes v as JSON.
func WriteJSON(w http.ResponseWriter, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Content-Length", strconv.Itoa(len(body)+1))
	w.WriteHeader(status)
	// A client that went away is no concern of ours.
	_, _ = w.Write(append(body, '\n'))
}
