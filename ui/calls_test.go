package ui

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"unibox/state"
)

// calls notes which calls a server gets, as the pages name them: "POST
// /companies/C/channels provider token".
type calls struct {
	mu   sync.Mutex
	seen map[string]bool
}

func (c *calls) has(call string) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[call]
}

func (c *calls) all() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strings.Join(slices.Sorted(maps.Keys(c.seen)), "\n")
}

// noted is a server whose requests are noted.
func (o appOptions) noted(server http.Handler) http.Handler {
	if o.calls == nil {
		return server
	}
	o.calls.seen = map[string]bool{}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		call := strings.Join(append([]string{r.Method + " " + named(r.URL.Path)}, parameters(r, body)...), " ")
		o.calls.mu.Lock()
		o.calls.seen[call] = true
		o.calls.mu.Unlock()
		server.ServeHTTP(w, r)
	})
}

// ids are the ids in paths, and their names on the pages.
var ids = []struct {
	pattern *regexp.Regexp
	name    string
}{
	{regexp.MustCompile(`^/p1/companies/[^/]+`), "/companies/C"},
	{regexp.MustCompile(`^/(textus|protocol)`), ""},
	{regexp.MustCompile(`^/contacts/[^/]+`), "/contacts/K"},
	{regexp.MustCompile(`/channels/[^/]+`), "/channels/H"},
	{regexp.MustCompile(`/conversations/[^/]+`), "/conversations/V"},
}

// named is a path with the names of its ids.
func named(path string) string {
	for _, id := range ids {
		path = id.pattern.ReplaceAllString(path, id.name)
	}
	return path
}

// parameters are the names of a request's parameters, wherever it has them.
func parameters(r *http.Request, body []byte) []string {
	names := map[string]bool{}
	add := func(v url.Values) {
		for name := range v {
			names[name] = true
		}
	}
	add(r.URL.Query())
	kind, about, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch kind {
	case "application/x-www-form-urlencoded":
		form, _ := url.ParseQuery(string(body))
		add(form)
	case "multipart/form-data":
		parts := multipart.NewReader(bytes.NewReader(body), about["boundary"])
		for part, err := parts.NextPart(); err == nil; part, err = parts.NextPart() {
			names[part.FormName()] = true
		}
	case "application/json":
		var object map[string]json.RawMessage
		_ = json.Unmarshal(body, &object)
		for name := range object {
			names[name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// documented are the calls of the table on a platform's page, as calls names them.
func documented(t *testing.T, page string) (list []string) {
	t.Helper()
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	_, table, found := strings.Cut(string(text), "\n## Keys and calls\n")
	if !found {
		t.Fatalf("%s has no table of keys and calls", page)
	}
	table, _, _ = strings.Cut(table, "\n## ")
	row := regexp.MustCompile("(?m)^\\| `([A-Z]+ /[^`]*)` \\|([^|]*)\\|[^|]+\\| `Test[A-Za-z]+` \\|$")
	for _, m := range row.FindAllStringSubmatch(table, -1) {
		list = append(list, strings.TrimSpace(m[1]+" "+strings.Join(strings.Fields(strings.ReplaceAll(m[2], "`", "")), " ")))
	}
	return list
}

// Every call of the first documents is sent, with exactly the parameters that the table
// names, by the keys that it names.
func TestKeysSendTheDocumentedCalls(t *testing.T) {
	t.Parallel()
	want := documented(t, "../api/pact/REFERENCE.md")
	if len(want) < 17 {
		t.Fatalf("the table names %d calls", len(want))
	}
	a := startApp(t, appOptions{w: 120, h: 40, calls: &calls{}})
	a.synced()
	a.readsBack()
	a.sendsFiles()
	a.writesFirst()
	a.managesChannels()
	a.sentAll(want)
}

// The same on the other two platforms.
func TestKeysSendTheDocumentedCallsElsewhere(t *testing.T) {
	t.Parallel()
	for platform, press := range map[string]func(*app){"textus": (*app).asksForThePerson, "protocol": (*app).changesAConversation} {
		want := documented(t, "../api/"+platform+"/REFERENCE.md")
		if len(want) == 0 {
			t.Fatalf("the table of %s names no call", platform)
		}
		a := startApp(t, appOptions{w: 120, h: 40, platform: platform, calls: &calls{}})
		a.until("the account read", func(string) (read bool) {
			a.inspect(func(m *Model) {
				health := m.bar.Health()
				read = len(health) == 1 && health[0].State == state.HealthLive && health[0].Listed > 0 && health[0].Known >= health[0].Listed
			})
			return read
		})
		press(a)
		a.sentAll(want)
	}
}

// sentAll fails for each call that the server did not get.
func (a *app) sentAll(want []string) {
	a.t.Helper()
	for _, call := range want {
		if !a.opt.calls.has(call) {
			a.t.Errorf("not sent: %s", call)
		}
	}
	if a.t.Failed() {
		a.t.Log("sent:\n" + a.opt.calls.all())
	}
}

// asksForThePerson shows the details of conversations until one has a contact.
func (a *app) asksForThePerson() {
	a.t.Helper()
	a.first("TextUs", open)
	a.press("h", "i")
	a.sent("GET /contacts/K/conversations")
}

// changesAConversation mutes, pins, archives and deletes one, and begins it anew.
func (a *app) changesAConversation() {
	a.t.Helper()
	row := a.first("Protocol", open)
	a.press("h")
	for _, key := range []string{"m is_muted", "p is_pinned", "v archived_at"} {
		a.press(key[:1])
		a.sent("PUT /v1/conversations/V " + key[2:])
	}
	a.press("X")
	a.see("type DELETE")
	a.write("DELETE")
	a.press("enter")
	a.sent("DELETE /v1/conversations/V")
	a.until("it gone here too", func(string) bool {
		_, err := a.db.Row(a.t.Context(), row.Conversation.ID)
		return errors.Is(err, state.ErrNoSuch)
	})
	a.press("N")
	a.see("Write first to")
	a.write(row.Conversation.Contact.Name)
	a.until("them in the book", func(s string) bool { return strings.Contains(s, "▸ "+row.Conversation.Contact.Name) })
	a.press("enter")
	a.see("First message to")
	a.write("Good morning")
	a.press("enter")
	a.sent("POST /v1/conversations contact_id")
	a.sent("GET /v1/conversations/V")
}

func (a *app) sent(call string) {
	a.t.Helper()
	a.until("a request "+call, func(string) bool { return a.opt.calls.has(call) })
}

// readsBack goes back in histories until one of them has an older page: which of them a
// first page holds whole depends on how much was read before.
func (a *app) readsBack() {
	a.t.Helper()
	const call = "GET /companies/C/conversations/V/messages from per sort_direction"
	for _, row := range a.rows() {
		if a.opt.calls.has(call) {
			break
		}
		a.opens(row.Conversation.ID)
		a.until("an older page, or the beginning", func(string) (done bool) {
			a.press("pgup")
			a.inspect(func(m *Model) { done = m.thread.Complete() })
			return done || a.opt.calls.has(call)
		})
	}
	a.press("esc")
}

// sendsFiles sends a text, an image with a text, and an image by its address.
func (a *app) sendsFiles() {
	a.t.Helper()
	image := filepath.Join(a.t.TempDir(), "cake.png")
	if err := os.WriteFile(image, []byte("\x89PNG\r\n\x1a\n"), 0o644); err != nil {
		a.t.Fatal(err)
	}
	for _, row := range a.rows() {
		if row.Conversation.Kind == "whatsapp" {
			a.opens(row.Conversation.ID)
			break
		}
	}
	const text, upload = "POST /companies/C/conversations/V/messages message", "POST /companies/C/conversations/V/messages/attachments "
	a.press("r")
	a.see("Reply to")
	a.write("Good morning")
	a.press("enter")
	a.sent(text)
	for _, file := range []string{image, "https://example.org/cake.png"} {
		a.press("ctrl+o")
		a.see("Attach a file")
		a.paste(file)
		a.see("▸ cake.png")
		a.press("enter")
		a.gone("Attach a file")
		a.until("the file in the box", func(string) (there bool) {
			a.inspect(func(m *Model) { there = strings.Contains(strings.Join(m.reply.View(), ""), "cake.png") })
			return there
		})
		a.write("This one")
		a.press("enter")
		a.sent(map[bool]string{true: upload + "file", false: upload + "file_url"}[file == image])
	}
	a.sent("POST /companies/C/conversations/V/messages attachments_ids[] message")
	a.press("esc")
}

// writesFirst writes to two numbers; the answer to the second message is lost.
func (a *app) writesFirst() {
	a.t.Helper()
	for i, number := range []string{"79250009901", "79250009902"} {
		if i == 1 {
			a.fault("POST /channels/*/conversations$", "drop_after", 1)
		}
		a.press("N")
		a.see("Write first on WhatsApp")
		a.write(number)
		a.press("enter")
		a.see("First message to " + number)
		a.write("Good morning")
		a.press("enter")
		a.sent([]string{"GET /companies/C/conversations/V", "POST /companies/C/conversations phone provider"}[i])
		a.press("esc")
	}
}

// managesChannels renews, disconnects and connects.
func (a *app) managesChannels() {
	a.t.Helper()
	a.chooseChannel("Telegram", "Renew its credentials")
	a.fill("Token", "98765")
	a.sent("PUT /companies/C/channels/H token")
	a.chooseChannel("Instagram", "Renew its credentials")
	a.fill("Login", "bakery")
	a.fill("Password", "secret")
	a.sent("PUT /companies/C/channels/H login password")
	a.chooseChannel("Viber", "Disconnect it")
	a.see("Disconnect Viber?")
	a.write("Viber")
	a.press("enter")
	a.sent("DELETE /companies/C/channels/H")
	a.connect("Viber")
	a.fill("Token", "12345")
	a.sent("POST /companies/C/channels provider token")
	a.connect("Instagram")
	a.fill("Login", "bakery")
	a.fill("Password", "secret")
	a.sent("POST /companies/C/channels login password provider")
	a.connect("WhatsApp")
	a.fill("Phone number, to connect by a code", "")
	a.sent("POST /companies/C/channels provider")
}

// chooseChannel opens a channel and chooses what to do with it.
func (a *app) chooseChannel(title, what string) {
	a.t.Helper()
	a.press("C")
	a.see("Channels")
	a.write(title)
	a.until(title+" as the first match", func(s string) bool { return strings.Contains(s, "▸ "+title+"  ") })
	a.press("enter")
	a.see("Disconnect it")
	for range 3 {
		if strings.Contains(a.frame(), "▸ "+what) {
			break
		}
		a.press("down")
	}
	a.press("enter")
}

// fill fills in a field of a form.
func (a *app) fill(label, value string) {
	a.t.Helper()
	a.see(label)
	a.write(value)
	a.press("enter")
	a.gone(label)
}
