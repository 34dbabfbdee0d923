package kit

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Platform is the server of one platform. All methods are safe for concurrent use.
type Platform interface {
	// Name returns the platform's name, as a client's config and the control
	// side use it.
	Name() string
	// Prefixes returns the beginnings of all paths of the platform, one for
	// each of its APIs: "/p1/".
	Prefixes() []string
	// Routes returns all routes, the same ones each time.
	Routes() []Route
	// Serve answers a request and reports whether it succeeded. found has the
	// route of the request, if there is one.
	Serve(w http.ResponseWriter, r *http.Request, found Match) bool
	// Write lets the customer of a conversation write, and returns the id of
	// the message.
	Write(conversation, text string, files []File) (string, error)
	// ErrorBody returns the body of an error in the form of the API that a path
	// belongs to.
	ErrorBody(path string, status int, text string) any
	// Received lists the accepted messages, in order.
	Received() []Received
	// Pause stops all deliveries for a while; until Resume if it is 0.
	Pause(time.Duration)
	// Resume continues the deliveries.
	Resume()
	// Accounts returns the accounts for a client that reaches the server at
	// origin.
	Accounts(origin string) []Account
	// Tick does what is due now: deliveries end, customers write.
	Tick()
}

// Server serves some platforms, their files and the control side on one address.
type Server struct {
	platforms []Platform
	media     *Media
	faults    faults
	requests  *requestLog
	control   *http.ServeMux
}

// NewServer returns a server of some platforms, which all keep their files in m.
func NewServer(m *Media, platforms ...Platform) *Server {
	s := &Server{platforms: platforms, media: m, requests: newRequestLog()}
	s.control = s.controlSide()
	return s
}

// tickEvery is the time between two ticks.
const tickEvery = 100 * time.Millisecond

// Run lets customers write until ctx ends, and returns ctx's error. Without Run
// nobody writes, but deliveries still end in time: each request first completes
// what is due.
func (s *Server) Run(ctx context.Context) error {
	tick := time.NewTicker(tickEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			for _, p := range s.platforms {
				p.Tick()
			}
			s.deliver()
		}
	}
}

// ServeHTTP serves the platforms, their files and the control side. It panics
// with [http.ErrAbortHandler] when a fault cuts the connection.
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
	if p := s.serving(path); p != nil {
		s.servePlatform(w, r, p, path)
		return
	}
	WriteJSON(w, http.StatusNotFound, map[string]string{"error": "nothing is served here"})
}

// serving returns the platform that a path belongs to, or nil.
func (s *Server) serving(path string) Platform {
	for _, p := range s.platforms {
		for _, prefix := range p.Prefixes() {
			if strings.HasPrefix(path, prefix) {
				return p
			}
		}
	}
	return nil
}

func (s *Server) servePlatform(w http.ResponseWriter, r *http.Request, p Platform, path string) {
	defer s.deliver()
	found := find(p.Routes(), r.Method, path)
	done := s.requests.begin(r, found)
	fault, hit := s.faults.take(p.Name(), r.Method, path)
	if !hit {
		done(p.Serve(w, r, found))
		return
	}
	body := func(status int, text string) any { return p.ErrorBody(path, status, text) }
	complete := false
	defer func() { done(complete) }()
	complete = fault.apply(w, r, body, func(w http.ResponseWriter) bool { return p.Serve(w, r, found) })
}

// named returns the platform with a name, or all if the name is empty.
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
	// If the client has gone, there is nobody to answer.
	_, _ = w.Write(append(body, '\n'))
}
