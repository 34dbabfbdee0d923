package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
	"unibox/state/osfile"
	"unibox/ui/catalog"
	"unibox/ui/practice"
)

// priceList is the file that an agent sends while they practise.
const priceList = "price-list.txt"

// mostPractised is how many conversations an account has at the most to practise with: a
// morning that can be overlooked.
const mostPractised = 15

// practise makes a world one to learn in: the script alone says who writes, and there is a
// channel whose time limit ends.
func (w *world) practise() {
	w.quiet, w.second, w.plain, w.conversations = true, true, true, min(w.conversations, mostPractised)
}

// practise makes what the demo teaches with: a file to send, outside of the state folder,
// from which nothing is sent, and the sandbox at origin, whose failures it switches on. done
// removes the file.
func practise(server *sandbox.Server, origin string) (o practice.Options, done func(), err error) {
	dir, err := osfile.MakeTempFolder("", "unibox-practice-")
	if err != nil {
		return o, func() {}, catalog.Errorf("there is no place for the file to practise with: %w", err)
	}
	done = func() { os.RemoveAll(dir) }
	file := filepath.Join(dir, priceList)
	if err := os.WriteFile(file, []byte("Rye bread  4.20\nHoney cake  18.00\n"), 0o644); err != nil { // one that only we may read is asked about
		return o, done, catalog.Errorf("the file to practise with cannot be written: %w", err)
	}
	lab := laboratory{origin: origin, platforms: map[api.AccountID]string{}}
	o = practice.Options{File: file, World: lab}
	for _, a := range server.Accounts(origin) {
		id := api.AccountID(a.Name)
		lab.platforms[id] = a.Platform
		if a.Company != "" { // its conversations stand in the paths of requests
			o.Fails = append(o.Fails, id)
		}
	}
	return o, done, nil
}

// laboratory is the control side of a sandbox. See api/sandbox/kit for what it does.
type laboratory struct {
	origin    string
	platforms map[api.AccountID]string
}

// controlTime is how long the sandbox, which is in this process, may take.
const controlTime = 5 * time.Second

func (l laboratory) control(ctx context.Context, method, what string, body any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, controlTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, l.origin+"/control/"+what, bytes.NewReader(text))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return catalog.Errorf("the demo's platforms do not answer: %w", err)
	}
	defer res.Body.Close()
	if said, _ := io.ReadAll(io.LimitReader(res.Body, 1<<10)); res.StatusCode != http.StatusOK {
		return catalog.Errorf("the demo's platforms refuse %s: %s", what, said)
	}
	return nil
}

// Write implements practice.World.
func (l laboratory) Write(ctx context.Context, id api.ConversationID, text string) error {
	return l.control(ctx, http.MethodPost, "inbound", map[string]string{"platform": l.platforms[id.Account], "conversation": id.Remote, "text": text})
}

// RefuseFile implements practice.World.
func (l laboratory) RefuseFile(ctx context.Context, id api.ConversationID) error {
	return l.control(ctx, http.MethodPost, "fault", l.fault(id, "/messages/attachments$", "status", http.StatusRequestEntityTooLarge))
}

// LoseAnswer implements practice.World.
func (l laboratory) LoseAnswer(ctx context.Context, id api.ConversationID) error {
	return l.control(ctx, http.MethodPost, "fault", l.fault(id, "/messages$", "drop_before", 0))
}

// fault is one that hits the next POST of a conversation.
func (l laboratory) fault(id api.ConversationID, path, kind string, status int) map[string]any {
	f := map[string]any{"platform": l.platforms[id.Account], "match": "POST /conversations/" + id.Remote + path, "kind": kind, "calls": 1}
	if status != 0 {
		f["status"] = status
	}
	return f
}

// Heal implements practice.World.
func (l laboratory) Heal(ctx context.Context) error {
	return l.control(ctx, http.MethodDelete, "fault", nil)
}
