package kit

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// fault makes the next requests fail. The package documentation lists the kinds.
type fault struct {
	Platform   string `json:"platform"`
	Match      string `json:"match"`
	Calls      int    `json:"calls"`
	Kind       string `json:"kind"`
	MS         int    `json:"ms"`
	Status     int    `json:"status"`
	RetryAfter int    `json:"retry_after"`
	Percent    int    `json:"percent"`
	// Alone takes the place of all faults there are, with no request between them.
	Alone bool `json:"alone"`

	method string
	path   *regexp.Regexp
	// chance decides which requests a fault with Percent hits.
	chance *Dice
	// over is closed when the faults are deleted.
	over <-chan struct{}
}

const pauseJobs = "pause_jobs"

var faultKinds = []string{"latency", "status", "html", "drop_before", "drop_after", "truncate", "stall", "drip", "date", pauseJobs}

// prepare checks a fault and fills in the defaults.
func (f *fault) prepare() error {
	if !slices.Contains(faultKinds, f.Kind) {
		return fmt.Errorf("kind: must be one of %s", strings.Join(faultKinds, ", "))
	}
	if f.Status != 0 && (f.Status < 200 || f.Status > 599) {
		return errors.New("status: must be between 200 and 599")
	}
	if f.MS < 0 && f.Kind != "date" || f.RetryAfter < 0 {
		return errors.New("ms and retry_after: must not be negative")
	}
	if f.Percent < 0 || f.Percent > 100 {
		return errors.New("percent: must be between 0 and 100")
	}
	path := f.Match
	if method, rest, ok := strings.Cut(f.Match, " "); ok && method == strings.ToUpper(method) {
		f.method, path = method, strings.TrimSpace(rest)
	}
	f.path, f.chance = pathPattern(path), &Dice{}
	if f.Calls == 0 {
		f.Calls = 1
	}
	return nil
}

// pathPattern returns the pattern of a part of a path, in which * is one segment
// and $ the end.
func pathPattern(part string) *regexp.Regexp {
	part, end := strings.CutSuffix(part, "$")
	pattern := strings.ReplaceAll(regexp.QuoteMeta(part), `\*`, `[^/]+`)
	if end {
		pattern += "$"
	}
	return regexp.MustCompile(pattern)
}

func (f *fault) hits(platform, method, path string) bool {
	hit := (f.Platform == "" || f.Platform == platform) && (f.method == "" || f.method == method) && f.path.MatchString(path)
	return hit && (f.Percent == 0 || f.chance.N(100) < f.Percent)
}

// apply answers a request as the fault says, and reports whether the client got a
// complete answer. body returns an error in the platform's form, serve performs the
// request without a fault.
func (f *fault) apply(w http.ResponseWriter, r *http.Request, body func(int, string) any, serve func(http.ResponseWriter) bool) (complete bool) {
	switch f.Kind {
	case "status":
		f.refuse(w, body)
		return false
	case "html":
		f.gateway(w)
		return false
	case "drop_before":
		panic(http.ErrAbortHandler)
	}
	answer := &buffer{header: http.Header{}, status: http.StatusOK}
	done := serve(answer)
	switch f.Kind {
	case "latency":
		f.wait(r, f.MS)
		answer.send(w, answer.body.Bytes())
		return done
	case "date":
		answer.header.Set("Date", time.Now().Add(time.Duration(f.MS)*time.Millisecond).UTC().Format(http.TimeFormat))
		answer.send(w, answer.body.Bytes())
		return done
	case "drip":
		f.drip(w, r, answer)
		return done
	case "truncate", "stall":
		answer.send(w, answer.body.Bytes()[:answer.body.Len()/2])
		// Send what was written before the connection is cut.
		_ = http.NewResponseController(w).Flush()
	}
	if f.Kind == "stall" {
		<-r.Context().Done()
	}
	panic(http.ErrAbortHandler)
}

// drops is how many pieces the answer of a drip has.
const drops = 20

// drip sends an answer in pieces, over MS milliseconds.
func (f *fault) drip(w http.ResponseWriter, r *http.Request, answer *buffer) {
	body := answer.body.Bytes()
	answer.send(w, nil)
	for i := range drops {
		f.wait(r, f.MS/drops)
		_, _ = w.Write(body[i*len(body)/drops : (i+1)*len(body)/drops])
		_ = http.NewResponseController(w).Flush()
	}
}

func (f *fault) refuse(w http.ResponseWriter, body func(int, string) any) {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	WriteJSON(w, status, body(status, "fault: "+strings.ToLower(http.StatusText(status))))
}

func (f *fault) gateway(w http.ResponseWriter) {
	status := f.Status
	if status == 0 {
		status = http.StatusBadGateway
	}
	title := fmt.Sprintf("%d %s", status, http.StatusText(status))
	w.Header().Set("Content-Type", "text/html")
	w.WriteHeader(status)
	fmt.Fprintf(w, "<html>\r\n<head><title>%s</title></head>\r\n<body><center><h1>%s</h1></center><hr><center>nginx</center></body>\r\n</html>\r\n", title, title)
}

func (f *fault) wait(r *http.Request, ms int) {
	timer := time.NewTimer(time.Duration(ms) * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-f.over:
	case <-r.Context().Done():
	}
}

// buffer is a ResponseWriter that keeps the answer.
type buffer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (b *buffer) Header() http.Header               { return b.header }
func (b *buffer) WriteHeader(status int)            { b.status = status }
func (b *buffer) Write(p []byte) (n int, err error) { return b.body.Write(p) }

// send sends the header, with the length of the whole body, and the given part of
// the body.
func (b *buffer) send(w http.ResponseWriter, body []byte) {
	for name, values := range b.header {
		w.Header()[name] = values
	}
	w.Header().Set("Content-Length", strconv.Itoa(b.body.Len()))
	w.WriteHeader(b.status)
	// If the client has gone, there is nobody to answer.
	_, _ = w.Write(body)
}

// faults are the faults that still have calls left, the oldest first.
type faults struct {
	mu   sync.Mutex
	list []*fault
	over chan struct{} // made with the first fault
}

func (f *faults) add(one *fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over == nil {
		f.over = make(chan struct{})
	}
	one.over = f.over
	if one.Alone {
		f.list = nil
	}
	f.list = append(f.list, one)
}

func (f *faults) clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.list = nil
	if f.over != nil {
		close(f.over)
		f.over = nil
	}
}

// take returns the first fault that hits a request, and uses up one of its calls.
func (f *faults) take(platform, method, path string) (*fault, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, one := range f.list {
		if !one.hits(platform, method, path) {
			continue
		}
		if one.Calls--; one.Calls == 0 {
			f.list = slices.Delete(f.list, i, i+1)
		}
		return one, true
	}
	return nil, false
}
