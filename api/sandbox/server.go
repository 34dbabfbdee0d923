package sandbox

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// platform is one service. All of it is safe for concurrent use.
type platform interface {
	// name is the platform's name in the config and on the control side.
	name() string
	// prefix is the path that all its routes begin with: "/p1/".
	prefix() string
	routes() []route
	// serve answers a request and reports whether it could be done; found
	// tells which route it is for, if any.
	serve(w http.ResponseWriter, r *http.Request, found match) bool
	// write lets a customer write, and returns the message's id.
	write(conversation, text string, files []file) (string, error)
	// errorBody is the body of an error, as the platform shapes it.
	errorBody(status int, text string) any
	// received lists the messages taken in, in order.
	received() []Received
	// pause holds deliveries for a while, for good where it is 0.
	pause(time.Duration)
	resume()
	accounts(origin string) []Account
	// live is one beat of the life.
	live()
}

// platformServer serves some platforms on one address, with their files and
// the control side.
type platformServer struct {
	platforms []platform
	media     *media
	faults    faults
	ledger    *ledger
	control   *http.ServeMux
}

// newServer returns a server of some platforms, which share the media.
func newServer(m *media, platforms ...platform) *platformServer {
	s := &platformServer{platforms: platforms, media: m, ledger: newLedger()}
	s.control = s.controlSide()
	return s
}

// beat is how often the life looks at the clock.
const beat = 100 * time.Millisecond

// Run is the life: deliveries end and customers write, until ctx ends. It
// returns ctx's error. Without it deliveries still end in time, seen from the
// next request.
func (s *platformServer) Run(ctx context.Context) error {
	tick := time.NewTicker(beat)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
			for _, p := range s.platforms {
				p.live()
			}
		}
	}
}

// ServeHTTP serves the platforms, their files and the control side. It panics
// with [http.ErrAbortHandler] where a fault cuts the connection.
func (s *platformServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := clean(r.URL.Path)
	switch {
	case strings.HasPrefix(path, "/control/"):
		s.control.ServeHTTP(w, r)
		return
	case strings.HasPrefix(path, "/files/"), strings.HasPrefix(path, "/avatars/"):
		s.media.ServeHTTP(w, r)
		return
	}
	for _, p := range s.platforms {
		if strings.HasPrefix(path, p.prefix()) {
			s.servePlatform(w, r, p, path)
			return
		}
	}
	answer(w, http.StatusNotFound, map[string]string{"error": "nothing is served here"})
}

func (s *platformServer) servePlatform(w http.ResponseWriter, r *http.Request, p platform, path string) {
	found := find(p.routes(), r.Method, path)
	done := s.ledger.begin(r, found)
	fault, hit := s.faults.take(p.name(), r.Method, path)
	if !hit {
		done(p.serve(w, r, found))
		return
	}
	whole := false
	defer func() { done(whole) }()
	whole = fault.strike(w, r, p.errorBody, func(w http.ResponseWriter) bool { return p.serve(w, r, found) })
}

// named returns the platforms of a name, all for an empty one.
func (s *platformServer) named(name string) []platform {
	var some []platform
	for _, p := range s.platforms {
		if name == "" || p.name() == name {
			some = append(some, p)
		}
	}
	return some
}

// answer writes v as JSON.
func answer(w http.ResponseWriter, status int, v any) {
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
