package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"unibox/api"
	"unibox/api/platforms"
	"unibox/state"
	"unibox/state/config"
	"unibox/state/sqlite"
	"unibox/state/storetest"
	"unibox/ui"
	"unibox/ui/app"
)

// boxFolder and boxSkew make this program a box of the campaign: in which folder, and how
// many seconds its time of day is ahead.
const (
	boxFolder = "UNIBOX_TEST_BOX"
	boxSkew   = "UNIBOX_TEST_BOX_SKEW"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(boxFolder); dir != "" {
		if err := runBox(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	storetest.Main(m)
}

// runBox runs a session of the program whose screen is the standard input: each line there is
// something that an agent does, each line of the output what came of it.
func runBox(dir string) error {
	seconds, err := strconv.Atoi(os.Getenv(boxSkew))
	if err == nil && seconds != 0 {
		err = skewClock(int64(seconds))
	}
	if err != nil {
		return err
	}
	s := app.Session{Dir: filepath.Join(dir, "state"), Platforms: app.Platforms{List: platforms.All()}}
	if s.Config, s.Problems, err = config.Load(filepath.Join(dir, "config.toml"), s.Platforms.Config()); err != nil {
		return err
	}
	s.Played = &app.Played{Me: filepath.Base(dir), Show: func(ctx context.Context, o ui.Options) error {
		o.Shown()
		return (&desk{o: o, outbox: filepath.Join(dir, "state", "outbox")}).serve(ctx, os.Stdin, os.Stdout)
	}}
	return s.Run(context.Background())
}

// order is what an agent does, by name.
type order struct {
	N            int
	Do           string
	Conversation api.ConversationID
	Token        string
	// File is one to be attached, Agent who takes a customer or gives them back.
	File     string
	Agent    string
	ID       int64
	Decision state.Decision
}

// outcome is what came of it.
type outcome struct {
	N   int
	Err string
	// Conversations are those of the list, with the kinds of their channels, Rows what is not out, Drafts where there are some.
	Conversations []api.ConversationID
	Kinds         []api.ChannelKind
	Rows          []unsent
	Drafts        []api.ConversationID
	// Has is the agent who has the customer.
	Has     string
	Problem string
}

// unsent is a message that is not out.
type unsent struct {
	ID     int64
	Status state.Status
	Checks int
	Left   bool
	Body   string
	Reason string
	Files  []string
	// Key and Tries say which message it is, and Here which of its files are on this box.
	Key   string
	Tries int
	Here  []string
}

// desk is where the agents of a box work.
type desk struct {
	o      ui.Options
	outbox string // where the copies of files are
	out    sync.Mutex
}

func (d *desk) serve(ctx context.Context, in io.Reader, out io.Writer) error {
	var working sync.WaitGroup
	defer working.Wait()
	ctx, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(ctx, func() { os.Stdin.Close() })()
	for lines := bufio.NewScanner(in); lines.Scan(); {
		var what order
		if err := json.Unmarshal(lines.Bytes(), &what); err != nil {
			return err
		}
		working.Go(func() {
			said := outcome{N: what.N}
			if err := d.do(ctx, what, &said); err != nil {
				said.Err = err.Error()
			}
			line, _ := json.Marshal(said)
			d.out.Lock()
			defer d.out.Unlock()
			_, _ = out.Write(append(line, '\n'))
		})
	}
	return nil
}

func (d *desk) do(ctx context.Context, what order, said *outcome) (err error) {
	switch what.Do {
	case "list":
		all, err := d.o.Store.List(ctx, state.ListQuery{View: state.ViewAll, Limit: 500})
		for _, row := range all.Rows {
			said.Conversations, said.Kinds = append(said.Conversations, row.Conversation.ID), append(said.Kinds, row.Conversation.Kind)
		}
		return err
	case "send":
		return d.send(ctx, what.Conversation, what.Token, what.File)
	case "left":
		return d.left(ctx, said)
	case "decide":
		return d.decide(ctx, what)
	case "draft":
		return d.sendDraft(ctx, what.Conversation)
	case "take":
		has, err := d.o.Store.(rows).Claim(ctx, state.Claim{Conversation: what.Conversation, Agent: what.Agent, Who: what.Agent, Since: time.Now()}, 10, false)
		said.Has = has.Agent
		return err
	case "give back":
		return d.o.Store.(rows).Unclaim(ctx, what.Agent, what.Conversation)
	}
	return fmt.Errorf("nobody can %s", what.Do)
}

// send writes a text, attaches a file if there is one, and sends it off, unless it is there already.
func (d *desk) send(ctx context.Context, id api.ConversationID, token, file string) error {
	for try := 0; ; try++ {
		draft, err := d.o.Store.Draft(ctx, id)
		if err != nil {
			return err
		}
		if !strings.Contains(draft.Body, token) {
			if there, err := d.submitted(ctx, token); there || err != nil {
				return err
			}
			draft.Body = strings.TrimSpace(draft.Body + "\n\n" + token)
			if file != "" {
				info, err := os.Stat(file)
				if err != nil {
					return err
				}
				draft.Files = append(draft.Files, state.File{Path: file, Name: filepath.Base(file), MIME: "image/jpeg", Size: info.Size()})
			}
			if draft, err = d.o.Store.SaveDraft(ctx, draft); err == nil {
				_, err = d.o.Outbox.Submit(ctx, draft, nil)
			}
		} else {
			_, err = d.o.Outbox.Submit(ctx, draft, nil)
		}
		if !errors.Is(err, state.ErrDraftMoved) && !errors.Is(err, state.ErrDraftSent) || try == 20 {
			return err
		}
	}
}

// sendDraft sends off what is in a draft.
func (d *desk) sendDraft(ctx context.Context, id api.ConversationID) error {
	draft, err := d.o.Store.Draft(ctx, id)
	if err == nil && !draft.Empty() {
		_, err = d.o.Outbox.Submit(ctx, draft, nil)
	}
	return err
}

// rows is what the store has beyond what screens need.
type rows interface {
	Submitted(ctx context.Context, after int64) ([]state.Outbound, error)
	Unsent(ctx context.Context) ([]state.Outbound, error)
	FollowFleet(ctx context.Context) error
	Claim(ctx context.Context, want state.Claim, most int, over bool) (state.Claim, error)
	Unclaim(ctx context.Context, agent string, ids ...api.ConversationID) error
}

// submitted reports whether a text is in a message, also one that waits for the database.
func (d *desk) submitted(ctx context.Context, token string) (bool, error) {
	all, err := d.o.Store.(rows).Submitted(ctx, 0)
	if err != nil {
		return false, err
	}
	waiting, err := d.o.Store.(rows).Unsent(ctx)
	all = append(all, waiting...)
	return slices.ContainsFunc(all, func(o state.Outbound) bool { return strings.Contains(o.Body, token) }), err
}

func (d *desk) left(ctx context.Context, said *outcome) error {
	said.Problem = d.o.Store.Condition().Problem
	if err := d.o.Store.(rows).FollowFleet(ctx); err != nil {
		return err
	}
	all, err := d.o.Store.(rows).Unsent(ctx)
	for _, o := range all {
		row := unsent{ID: o.ID, Status: o.Status, Checks: o.Checks, Left: o.Left, Body: o.Body, Reason: o.Reason, Key: o.Key, Tries: o.Attempts}
		for _, f := range o.Files {
			row.Files = append(row.Files, f.Name)
			if _, err := os.Stat(filepath.Join(d.outbox, o.Key, filepath.Base(f.Path))); err == nil {
				row.Here = append(row.Here, f.Name)
			}
		}
		said.Rows = append(said.Rows, row)
	}
	if err != nil {
		return err
	}
	drafts, err := d.o.Store.List(ctx, state.ListQuery{View: state.ViewDrafts, Limit: 500})
	for _, row := range drafts.Rows {
		said.Drafts = append(said.Drafts, row.Conversation.ID)
	}
	return err
}

func (d *desk) decide(ctx context.Context, what order) error {
	all, err := d.o.Store.(rows).Unsent(ctx)
	for _, o := range all {
		if o.ID == what.ID {
			return d.o.Outbox.Decide(ctx, o, what.Decision)
		}
	}
	return err
}

var _ rows = (*sqlite.DB)(nil)
