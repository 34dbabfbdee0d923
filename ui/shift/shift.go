// Package shift is what an agent does at the beginning and the end of a shift: read what
// was sent and done (state/journal), write the state of the shift for who comes next, and
// take one over (state/handover). What a file would change is shown before it is done.
package shift

import (
	"cmp"
	"context"
	"errors"
	"io/fs"
	"path/filepath"
	"strings"

	tea "charm.land/bubbletea/v2"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/handover"
	"unibox/state/journal"
	"unibox/ui/catalog"
	"unibox/ui/dialog"
	"unibox/ui/env"
	"unibox/ui/menu"
	"unibox/ui/privacy"
	"unibox/ui/text"
)

// Store is what a shift is gathered from and taken over into.
type Store interface {
	handover.Source
	handover.Target
}

// Options are what a shift works on.
type Options struct {
	// Store is nil where nothing can be handed over.
	Store Store
	// Folder is where a handover is written.
	Folder string
	// Jump goes to a conversation.
	Jump    func(api.ConversationID) tea.Cmd
	Dialogs *dialog.Stack
}

// Shift acts on the shift. It is used from one goroutine.
type Shift struct {
	env.Actions
	env *env.Env
	opt Options
}

// New returns a shift.
func New(e *env.Env, opt Options) *Shift {
	s := &Shift{env: e, opt: opt}
	why := func() string {
		if s.opt.Store == nil {
			return e.T("nothing is stored here")
		}
		return s.whyMasked()
	}
	s.Actions = env.Actions{
		keymap.WriteHandover: {Do: s.openWrite, Why: why},
		keymap.ReadHandover:  {Do: s.openRead, Why: why},
		keymap.ActivityLog:   {Do: s.openLog, Why: why},
	}
	return s
}

// whyMasked is the reason against what names everybody who waits, with what they wrote and
// what is noted of them.
func (s *Shift) whyMasked() string {
	if !s.env.Privacy.On() {
		return ""
	}
	return s.env.T("a handover names customers, who are masked: %s shows them again", s.env.KeyFor(keymap.Privacy))
}

// then is a message that goes on with what was read.
type then func() tea.Cmd

// Arrive implements dialog.Answer.
func (t then) Arrive(*dialog.Stack) tea.Cmd { return t() }

// openWrite shows the state of the shift, and writes it when that is chosen.
func (s *Shift) openWrite() tea.Cmd {
	return s.env.Read(func(ctx context.Context) tea.Msg {
		f, err := handover.Collect(ctx, s.opt.Store, s.env.Me, s.env.Now())
		return then(func() tea.Cmd {
			if err != nil {
				return s.env.Fail(err)
			}
			f.Say = s.env.Look.Language
			f.NameChannels(func(id api.AccountID, kind api.ChannelKind) string { return s.env.Rules(id, kind).Title })
			return s.show(f)
		})
	})
}

func (s *Shift) show(f handover.File) tea.Cmd {
	if why := s.whyMasked(); why != "" {
		return s.env.Say(why)
	}
	items := []menu.Item{{Label: s.env.T("Write it to %s", s.env.Path(s.opt.Folder)), Detail: s.env.T("as Markdown and JSON"), Value: (*handover.Conversation)(nil)}}
	for _, section := range f.Sections() {
		for _, l := range section.Lines {
			items = append(items, menu.Item{Lead: section.Title + "  ", Label: s.env.Line(l.Text), Value: l.Of})
		}
	}
	words := s.env.T("This is what the next agent gets: enter on the first line writes it, on another goes to the conversation. Nothing is sent.")
	if len(items) == 1 {
		words = s.env.T("Nobody waits, and nothing is left to do. The file says so.")
	}
	return s.opt.Dialogs.Open(dialog.NewChoice(s.env.T("Handover"), menu.Options{Filter: true, Wide: true, Text: []string{words}, Items: items}, func(it menu.Item) tea.Cmd {
		if of := it.Value.(*handover.Conversation); of != nil {
			return s.opt.Jump(of.Of())
		}
		return s.write(f)
	}))
}

func (s *Shift) write(f handover.File) tea.Cmd {
	return s.env.Read(func(context.Context) tea.Msg {
		markdown, data, err := f.Write(s.opt.Folder)
		if err != nil {
			return env.WrittenMsg{Err: err}
		}
		return env.WrittenMsg{Said: s.env.T("the handover is in %s and %s", s.env.Path(markdown), s.env.Line(filepath.Base(data)))}
	})
}

// openRead asks for the file of a handover. The question stays until one is read. The
// newest in the folder is taken where none is typed.
func (s *Shift) openRead() tea.Cmd {
	words := s.env.T("The .json file of a handover. What it would change is shown before anything is done, and nothing is sent.")
	var d *dialog.Line
	newest := ""
	d = dialog.NewLine(s.env.T("Take over a shift"), s.env.T("file"), words,
		func(path string) string {
			if strings.TrimSpace(path) == "" && newest == "" {
				return s.env.T("type the path of the file")
			}
			return ""
		},
		func(path string) tea.Cmd {
			path = cmp.Or(strings.TrimSpace(path), newest)
			return s.env.Read(func(ctx context.Context) tea.Msg {
				f, plan, err := s.read(ctx, path)
				return then(func() tea.Cmd {
					if d.Answered(wrong(s.env.Look.Language, err)) && err == nil {
						return s.showPlan(f, plan)
					}
					return nil
				})
			})
		}).Keeps()
	return tea.Batch(s.opt.Dialogs.Open(d), s.env.Read(func(context.Context) tea.Msg {
		path := handover.NewestFile(s.opt.Folder)
		return then(func() tea.Cmd {
			if newest = path; path != "" {
				d.SetText([]string{words, s.env.T("Enter alone takes the newest: %s", s.env.Line(filepath.Base(path)))})
			}
			return nil
		})
	}))
}

// wrong says what is wrong with the file of a handover, and what to do; "" if nothing is.
func wrong(say *catalog.Language, err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, fs.ErrNotExist):
		return say.T("there is no such file: correct the path, or esc to leave it")
	case errors.Is(err, fs.ErrPermission):
		return say.T("you have no permission to read this file: ask its owner, or type another one")
	}
	return say.Error(err)
}

func (s *Shift) read(ctx context.Context, path string) (handover.File, handover.Plan, error) {
	if s.env.Settings.Restricted { // of a path, the name alone
		path = filepath.Join(s.opt.Folder, filepath.Base(path))
	}
	f, err := handover.ReadFile(text.LongPath(path))
	if err != nil {
		return f, handover.Plan{}, err
	}
	f.Say = s.env.Look.Language
	plan, err := f.Plan(ctx, s.opt.Store, s.env.Now())
	return f, plan, err
}

// showPlan shows what a handover changes, and does it when that is chosen.
func (s *Shift) showPlan(f handover.File, plan handover.Plan) tea.Cmd {
	if why := s.whyMasked(); why != "" {
		return s.env.Say(why)
	}
	title := s.env.T("Handover by %s, %s", s.env.Line(f.By), text.Full(s.env.Look.Language, s.env.Now(), f.Made.In(s.env.Now().Location())))
	if len(plan.Steps) == 0 {
		return s.opt.Dialogs.Open(dialog.NewChoice(title, menu.Options{Wide: true, Text: s.left(plan, s.env.T("All of it is here already.")), Items: []menu.Item{{Label: s.env.T("Close")}}}, func(menu.Item) tea.Cmd { return nil }))
	}
	items := []menu.Item{{Label: doThese(s.env.Look.Language, len(plan.Steps)), Value: true}}
	for _, step := range plan.Steps {
		items = append(items, menu.Item{Label: s.env.Line(step.Words), Value: false})
	}
	return s.opt.Dialogs.Open(dialog.NewChoice(title, menu.Options{Wide: true, Text: s.left(plan, s.env.T("Enter on the first line does what the others say; esc leaves everything as it is.")), Items: items}, func(it menu.Item) tea.Cmd {
		if do, _ := it.Value.(bool); !do {
			return s.showPlan(f, plan)
		}
		return s.env.Read(func(ctx context.Context) tea.Msg {
			n, err := plan.Apply(ctx)
			return then(func() tea.Cmd {
				return tea.Batch(s.env.Fail(err), s.env.Say(s.env.Plural(n, "%d change of %d from the handover done", "%d changes of %d from the handover done", len(plan.Steps))))
			})
		})
	}))
}

func doThese(say *catalog.Language, changes int) string {
	return say.Plural(changes, "Do this change", "Do these %d changes")
}

// mostLeft is how many sentences say what is not taken over.
const mostLeft = 4

func (s *Shift) left(plan handover.Plan, words string) []string {
	all := []string{words}
	for i, left := range plan.Left {
		if i == mostLeft {
			return append(all, s.env.T("and %d more are left out", len(plan.Left)-mostLeft))
		}
		all = append(all, s.env.T("Left out: %s.", s.env.Line(left)))
	}
	return all
}

// mostEntries is how many entries of the log are shown.
const mostEntries = 300

// openLog shows the newest of what was sent and done.
func (s *Shift) openLog() tea.Cmd {
	return s.env.Read(func(ctx context.Context) tea.Msg {
		all, damaged, err := journal.Read(s.env.StateDir, mostEntries, nil)
		with := map[api.ConversationID]api.Conversation{}
		for _, e := range all {
			id := of(e)
			if _, asked := with[id]; !asked {
				with[id] = api.Conversation{ID: id, Contact: api.Contact{Name: e.Conversation}}
				if row, err := s.env.Store.Row(ctx, id); err == nil {
					with[id] = row.Conversation
				}
			}
		}
		return then(func() tea.Cmd {
			if err = errors.Join(err); err != nil {
				return s.env.Fail(err)
			}
			return s.showLog(all, damaged, with)
		})
	})
}

func of(e journal.Entry) api.ConversationID {
	return api.ConversationID{Account: api.AccountID(e.Account), Remote: e.Conversation}
}

// written is what an entry says that was written; nothing of it where the customer is masked.
func (s *Shift) written(e journal.Entry) string {
	if e.Text != "" && s.env.Hides(of(e)) {
		return s.env.Hidden()
	}
	return s.env.Line(e.Text)
}

// result is what came of an entry; of a customer who is masked without the names of files, which
// are called after them.
func (s *Shift) result(c api.Conversation, e journal.Entry) string {
	const with, timed = "with ", ", to be sent"
	if e.Did != journal.Submitted || !strings.HasPrefix(e.Result, with) || !s.env.Hides(c.ID) {
		return s.said(c, s.env.Sentence(e.Result))
	}
	if strings.HasSuffix(e.Result, timed) {
		return s.env.Sentence(with + s.env.Hidden() + timed)
	}
	return s.env.Sentence(with + s.env.Hidden())
}

// said is a text of an entry, without the name of a customer who is masked.
func (s *Shift) said(c api.Conversation, words string) string {
	words = s.env.Line(words)
	if s.env.Hides(c.ID) {
		return privacy.Names(words, c.Contact.Name, s.env.Look.Mode.Sign())
	}
	return words
}

// name is whom an entry is about, "" for nobody.
func (s *Shift) name(c api.Conversation) string {
	if c.ID.Remote == "" {
		return ""
	}
	return s.env.Name(c)
}

func (s *Shift) showLog(all []journal.Entry, damaged int, with map[api.ConversationID]api.Conversation) tea.Cmd {
	now := s.env.Now()
	var items []menu.Item
	for i := len(all) - 1; i >= 0; i-- {
		e := all[i]
		c := with[of(e)]
		result := s.result(c, e)
		if !e.Until.IsZero() {
			result += " " + text.Full(s.env.Look.Language, now, e.Until.In(now.Location()))
		}
		words := strings.TrimSpace(strings.Join([]string{result, s.written(e), s.said(c, s.env.Sentence(e.Reason))}, " "))
		items = append(items, menu.Item{Label: s.env.Line(s.env.Sentence(e.Did)) + " " + s.name(c), Detail: words,
			Right: strings.TrimSpace(s.env.Line(e.Who) + " " + text.Clock(s.env.Look.Language, now, e.At.In(now.Location()))), Value: of(e)})
	}
	words := s.env.T("The newest first; all of it is in the state folder, a file a month. Enter goes to the conversation.")
	if damaged > 0 {
		words += " " + s.env.Plural(damaged, "%d line is damaged and left out.", "%d lines are damaged and left out.")
	}
	return s.opt.Dialogs.Open(dialog.NewChoice(s.env.T("What was sent and done"), menu.Options{Filter: true, Wide: true, Text: []string{words}, Items: items,
		Empty: s.env.T("Nothing is in the log yet, or the config switches it off ([log] on = false). esc closes.")},
		func(it menu.Item) tea.Cmd { return s.opt.Jump(it.Value.(api.ConversationID)) }))
}
