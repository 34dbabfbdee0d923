package kit

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"
)

// Hook is an address that gets the events of a platform.
type Hook struct {
	URL string
	// Header gets the hexadecimal HMAC-SHA256 of the body with Secret; empty if
	// the platform does not sign.
	Header, Secret string
	// Repeats is how many times an event is sent again that was not accepted.
	Repeats int
	// Strict is set if only the status 200 accepts an event, not every 2xx.
	Strict bool
}

// accepts reports whether a status accepts an event. 0 is no answer.
func (h Hook) accepts(status int) bool {
	return status == http.StatusOK || !h.Strict && status/100 == 2
}

// Webhooks delivers the events of one platform, and only to this machine: the
// sandbox must not write to strangers. The methods are safe for concurrent use.
type Webhooks struct {
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex
	twist Twist
	queue []*delivery
	log   []*delivery
	// busy is set while a goroutine delivers.
	busy bool
}

// Twist is how deliveries deviate from what a careless receiver expects.
type Twist struct {
	// Copies is how many times each event is sent; 0 means once.
	Copies int `json:"copies"`
	// Hold keeps all events back. When it ends they are sent, the newest first
	// if Reverse is set.
	Hold    bool `json:"hold"`
	Reverse bool `json:"reverse"`
	// Forge signs with a wrong secret.
	Forge bool `json:"forge"`
	// EveryMS is the time between repeats in milliseconds; 0 means a minute.
	EveryMS int `json:"every_ms"`
}

// delivery is an event on its way to one address. The exported fields are what the
// control side shows.
type delivery struct {
	URL  string          `json:"url"`
	Body json.RawMessage `json:"body"`
	// Attempts has the statuses of the answers; 0 for none.
	Attempts []int  `json:"attempts"`
	State    string `json:"state"`

	hook Hook
	due  time.Time
}

// The states of a delivery.
const (
	waitingToBeSent = "waiting"
	deliveredEvent  = "delivered"
	lostEvent       = "lost"
)

// keptEvents is the number of events that the control side can show.
const keptEvents = 1000

// NewWebhooks returns the webhooks of a platform whose clock is now.
func NewWebhooks(now func() time.Time) *Webhooks {
	return &Webhooks{now: now, client: &http.Client{
		Timeout:       5 * time.Second,
		Transport:     &http.Transport{DisableKeepAlives: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Local reports whether an address is on this machine, so that events may go there.
func Local(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	ip := net.ParseIP(u.Hostname())
	return u.Hostname() == "localhost" || ip != nil && ip.IsLoopback()
}

// Probe asks an address whether it accepts events, as a platform does before it saves
// the address. Addresses on other machines are not asked.
func (w *Webhooks) Probe(h Hook, body any) error {
	if !Local(h.URL) {
		return nil
	}
	status := w.send(h, encoded(body))
	if !h.accepts(status) {
		return fmt.Errorf("the address answered %d", status)
	}
	return nil
}

// Post delivers an event as soon as the server runs on.
func (w *Webhooks) Post(h Hook, event any) {
	if !Local(h.URL) {
		return
	}
	body := encoded(event)
	w.mu.Lock()
	defer w.mu.Unlock()
	for range max(1, w.twist.Copies) {
		d := &delivery{URL: h.URL, Body: body, Attempts: []int{}, State: waitingToBeSent, hook: h, due: w.now()}
		w.queue, w.log = append(w.queue, d), append(w.log, d)
	}
	if n := len(w.log); n > keptEvents {
		w.log = slices.Delete(w.log, 0, n-keptEvents)
	}
}

// encoded is an event as it is sent and signed.
func encoded(event any) []byte {
	body, err := json.Marshal(event)
	if err != nil {
		panic(err)
	}
	return body
}

// Deliver sends what is due, one event after the other, on a goroutine that ends
// with the last of them.
func (w *Webhooks) Deliver() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.busy || w.next() == nil {
		return
	}
	w.busy = true
	go w.deliverAll()
}

func (w *Webhooks) deliverAll() {
	for {
		w.mu.Lock()
		d := w.next()
		if d == nil {
			w.busy = false
			w.mu.Unlock()
			return
		}
		hook := d.hook
		if w.twist.Forge {
			hook.Secret += "forged"
		}
		w.mu.Unlock()
		w.ended(d, w.send(hook, d.Body))
	}
}

// next returns the event that is sent next, or nil if none is due.
func (w *Webhooks) next() *delivery {
	if w.twist.Hold {
		return nil
	}
	now := w.now()
	due := func(d *delivery) bool { return !d.due.After(now) }
	if w.twist.Reverse {
		for _, d := range slices.Backward(w.queue) {
			if due(d) {
				return d
			}
		}
		return nil
	}
	if i := slices.IndexFunc(w.queue, due); i >= 0 {
		return w.queue[i]
	}
	return nil
}

// ended notes the answer to an event, which is accepted, repeated or lost.
func (w *Webhooks) ended(d *delivery, status int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d.Attempts = append(d.Attempts, status)
	switch {
	case d.hook.accepts(status):
		d.State = deliveredEvent
	case len(d.Attempts) > d.hook.Repeats:
		d.State = lostEvent
	default:
		d.due = w.now().Add(w.every())
		return
	}
	w.queue = slices.DeleteFunc(w.queue, func(one *delivery) bool { return one == d })
}

func (w *Webhooks) every() time.Duration {
	if w.twist.EveryMS > 0 {
		return time.Duration(w.twist.EveryMS) * time.Millisecond
	}
	return time.Minute
}

// send sends a body and returns the status of the answer, 0 for none.
func (w *Webhooks) send(h Hook, body []byte) int {
	req, err := http.NewRequest(http.MethodPost, h.URL, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	if h.Header != "" {
		req.Header.Set(h.Header, Sign(h.Secret, body))
	}
	resp, err := w.client.Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// Sign returns the lower-case hexadecimal HMAC-SHA256 of a body.
func Sign(secret string, body []byte) string {
	sum := hmac.New(sha256.New, []byte(secret))
	// A hash does not fail.
	_, _ = sum.Write(body)
	return hex.EncodeToString(sum.Sum(nil))
}
