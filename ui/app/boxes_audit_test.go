//go:build unix

package app_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"unibox/api"
	"unibox/api/sandbox"
)

func agentName(agent int) string { return fmt.Sprint("agent", agent) }

// file writes one that is to be sent with a reply, and returns its path.
func (c *campaign) file(token string) string {
	path := filepath.Join(c.t.TempDir(), strings.Trim(token, "<>")+".jpg")
	content := append([]byte{0xff, 0xd8, 0xff, 0xe0}, strings.Repeat(token, 40_000)...) // more than one chunk
	if err := os.WriteFile(path, content, 0o600); err != nil {
		c.t.Error(err)
	}
	sum := sha256.Sum256(content)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[filepath.Base(path)] = hex.EncodeToString(sum[:])
	return path
}

// take has an agent take a customer out of the queue, and reports whether they have them. An agent
// has a customer from when the program says so to when they give them back.
func (c *campaign) take(box *boxProcess, agent int, id api.ConversationID) bool {
	said, err := box.ask(order{Do: "take", Conversation: id, Agent: agentName(agent)})
	if err != nil || said.Has != agentName(agent) {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if other, taken := c.taken[id]; taken && other != agent {
		c.shared++
	}
	c.taken[id] = agent
	c.took++
	return true
}

// letGo notes that an agent has a customer no more.
func (c *campaign) letGo(agent int, id api.ConversationID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if has, taken := c.taken[id]; taken && has == agent {
		delete(c.taken, id)
	}
}

// arrived is what the platforms took in, in order.
func (c *campaign) arrived() (all []sandbox.Received) {
	resp, err := http.Get(c.origin + "/control/received")
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&all); err != nil {
		c.t.Fatal(err)
	}
	return all
}

// received are the texts that the platforms took in, in order.
func (c *campaign) received() (texts []string) {
	for _, m := range c.arrived() {
		texts = append(texts, m.Text)
	}
	return texts
}

// isIn reports whether a message that is not known to be out is among what arrived.
func isIn(arrived []sandbox.Received, o unsent) bool {
	return slices.ContainsFunc(arrived, func(m sandbox.Received) bool {
		for _, name := range o.Files {
			if !hasFile(m, name) {
				return false
			}
		}
		return strings.Contains(m.Text, o.Body)
	})
}

func hasFile(m sandbox.Received, name string) bool {
	for _, f := range m.Attachments {
		if f.Name == name {
			return true
		}
	}
	return false
}

// tokens are those of replies in a text.
func tokens(text string) (all []string) {
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "<")
		token, behind, whole := strings.Cut(after, ">")
		if !found || !whole {
			return all
		}
		all, rest = append(all, "<"+token+">"), behind
	}
}

// figures are what a run counts.
type figures struct{ written, arrived, lost, twice, disordered int }

// audit compares what arrived with what was written, and prints the figures.
func (c *campaign) audit(took time.Duration) {
	replies, files := c.auditReplies(), c.auditFiles()
	var table strings.Builder
	w := tabwriter.NewWriter(&table, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "\twritten\tarrived\tlost\ttwice\tout of order\t")
	fmt.Fprintf(w, "replies\t%d\t%d\t%d\t%d\t%d\t\n", replies.written, replies.arrived, replies.lost, replies.twice, replies.disordered)
	fmt.Fprintf(w, "files\t%d\t%d\t%d\t%d\t\t\n", files.written, files.arrived, files.lost, files.twice)
	_ = w.Flush()
	c.t.Logf("seed %d, %v\n%scustomers taken %d times, by two at once %d times\ndecided to be sent again: %d texts; tries of agents that failed: %d\nfaults: %v",
		*boxSeed, took, table.String(), c.took, c.shared, len(c.again), c.failed.Load(), c.struck)
	if c.shared > 0 && !*boxLosses { // a claim may be among what a server lost
		c.t.Errorf("%d times a customer was taken by two agents at once", c.shared)
	}
}

// auditReplies counts the replies.
func (c *campaign) auditReplies() figures {
	var order []string
	count := map[string]int{}
	for _, text := range c.received() {
		for _, token := range tokens(text) {
			order = append(order, token)
			count[token]++
		}
	}
	n := figures{written: int(c.written.Load()), arrived: len(count)}
	for id, by := range c.texts {
		for _, sent := range by {
			c.auditAgent(&n, id, sent, order, count)
		}
	}
	return n
}

// auditAgent counts those of one agent in a conversation.
func (c *campaign) auditAgent(n *figures, id api.ConversationID, sent, order []string, count map[string]int) {
	for _, token := range sent {
		switch {
		case count[token] == 0:
			n.lost++
			c.t.Errorf("%s to %v is lost", token, id)
		case count[token] > 1:
			n.twice++
			c.t.Errorf("%s to %v is there %d times, in %q", token, id, count[token], slices.DeleteFunc(c.received(), func(text string) bool { return !strings.Contains(text, token) }))
		}
	}
	want := slices.DeleteFunc(slices.Clone(sent), func(token string) bool { return c.again[token] || count[token] != 1 })
	got := slices.DeleteFunc(slices.Clone(order), func(token string) bool { return !slices.Contains(want, token) })
	if !slices.Equal(got, want) {
		n.disordered++
		c.t.Errorf("to %v arrived %v, written were %v", id, got, want)
	}
}

// auditFiles counts the files: each is to be there once, as it was.
func (c *campaign) auditFiles() figures {
	n, count := figures{written: len(c.files)}, map[string]int{}
	for _, m := range c.arrived() {
		for _, f := range m.Attachments {
			count[f.Name]++
			if f.SHA256 != c.files[f.Name] {
				c.t.Errorf("%s has another content", f.Name)
			}
		}
	}
	for name := range c.files {
		switch {
		case count[name] == 0:
			n.lost++
			c.t.Errorf("%s is lost", name)
		case count[name] > 1:
			n.twice++
			c.t.Errorf("%s is there %d times", name, count[name])
		default:
			n.arrived++
		}
	}
	return n
}
