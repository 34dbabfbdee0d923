package apitest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"unibox/api"
)

// Control is a [Server] for one platform of a sandbox. It speaks to the control
// side of the sandbox.
type Control struct {
	// Origin is scheme, host and port of the sandbox.
	Origin   string
	Platform api.Platform
	// Match gives the requests of each call, as the control side matches them:
	// "POST /messages$".
	Match map[Call]string
}

// Inbound lets the customer of a conversation write.
func (c Control) Inbound(t testing.TB, id api.ConversationID, text string) {
	t.Helper()
	c.ask(t, "POST", "/control/inbound", map[string]any{"platform": c.Platform, "conversation": id.Remote, "text": text}, nil)
}

// Break makes the requests that f names fail.
func (c Control) Break(t testing.TB, f Fault) {
	t.Helper()
	match, ok := c.Match[f.Call]
	if !ok {
		t.Fatalf("the fixture does not say what a request for %s looks like", f.Call)
	}
	c.ask(t, "POST", "/control/fault", map[string]any{
		"platform": c.Platform, "match": match, "calls": f.Calls, "kind": f.Kind,
		"ms": f.Wait.Milliseconds(), "status": f.Status, "retry_after": int(f.Retry.Seconds()),
		"percent": f.Percent,
	}, nil)
}

// Received lists the messages that the platform accepted, in order.
func (c Control) Received(t testing.TB) []Received {
	t.Helper()
	var wire []struct {
		Conversation json.RawMessage   `json:"conversation"`
		Text         string            `json:"text"`
		Attachments  []json.RawMessage `json:"attachments"`
	}
	c.ask(t, "GET", "/control/received?platform="+string(c.Platform), nil, &wire)
	out := make([]Received, 0, len(wire))
	for _, w := range wire {
		r := Received{Text: w.Text, Files: len(w.Attachments)}
		if id := string(bytes.Trim(w.Conversation, `"`)); id != "null" {
			r.Conversation = id
		}
		out = append(out, r)
	}
	return out
}

func (c Control) ask(t testing.TB, method, path string, body, into any) {
	t.Helper()
	if err := c.request(t.Context(), method, path, body, into); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

func (c Control) request(ctx context.Context, method, path string, body, into any) error {
	data, err := json.Marshal(body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, c.Origin+path, bytes.NewReader(data))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("status %d", res.StatusCode)
	}
	if into == nil {
		return nil
	}
	return json.NewDecoder(res.Body).Decode(into)
}
