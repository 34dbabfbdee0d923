// Package config reads the config file: once, at the start, and checked whole.
//
// [Load] reports every mistake with its line and keeps what is right, so that
// one wrong line never costs the other accounts. Load is given which platforms
// there are and what each needs. The names of actions are checked by the caller,
// who asks the config for the line. Secrets are read late, by [Source.Read], and
// are in no error and no printed form of an account. [Add] and [Remove] change
// the file and leave the rest of it, comments included, as it is.
package config

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"path/filepath"
	"slices"
	"time"

	"github.com/adrg/xdg"

	"unibox/state/macro"
	"unibox/state/usercmd"
)

// Config is a config file that was read and checked.
type Config struct {
	// Accounts are those without a mistake, in the order of the file.
	Accounts []Account
	// Agents are those without a mistake, in the order of the file.
	Agents []Agent
	// Retention is how long messages stay on this machine, 0 for ever.
	Retention time.Duration
	UI        UI
	Files     Files
	Push      Push
	Fleet     Fleet
	Serve     Serve
	Service   Service
	Log       Log
	Handover  Handover
	Notify    Notify
	// Replies are folders of saved replies, besides the one beside the file.
	Replies []string
	// Delays are how long a reply can be taken back before it goes out, by the name of an
	// account or the kind of a channel, where that is not UI.Delay.
	Delays map[string]time.Duration
	// Colors are styles by the role that they are for, as they are written.
	Colors map[string]string
	// Macros are several actions by one key each, in the order of the file.
	Macros []macro.Macro
	// Views are the saved views, in the order of the file.
	Views []View
	// Commands are the user's own, in the order of the file. Spelling is what finds
	// the words of a reply that are not known, nil for nothing.
	Commands []usercmd.Command
	Spelling *Spelling
	// Hooks are commands that are run on what happens.
	Hooks Hooks
	// Keys holds, per action, the keys that replace its default ones. An
	// empty list takes them all away.
	Keys map[string][]string

	doc document
	// taken are the keys that hold as they are written, by the id of their path; forced
	// has the line for which a key of a section is set to what is safe.
	taken  map[string]bool
	forced map[string]int
	// used are the tables of accounts, views and the like that hold, by the id of their path.
	used map[string]bool
}

// Account is one [[account]] of the file.
type Account struct {
	// Name is unique in the file, Platform one of those given to [Load].
	Name, Platform string
	// BaseURL is https, or http on this machine; empty leaves it to the client.
	BaseURL string
	// Token opens the account. Where the platform has passwords, User with
	// Password may be set instead.
	Token    Source
	User     string
	Password Source
	// Keys are the platform's own, by name; those left out are not in it.
	Keys map[string]string
	// Pace multiplies the platform's request budgets; 0 leaves it to the client.
	Pace float64
	// Retention is how long its messages stay on this machine, 0 for ever. Nil
	// leaves it to the config as a whole.
	Retention *time.Duration
	// Forward is an address of somebody else that gets the same events; empty for
	// none.
	Forward string
}

// String names the account without its token.
func (a Account) String() string { return fmt.Sprintf("%s (%s)", a.Name, a.Platform) }

// UI is the [ui] table.
type UI struct {
	// ASCII is "on", "off" or "auto": whether every mark that is not ASCII is replaced. "auto"
	// goes by the locale.
	ASCII string
	// Mouse takes clicks and the wheel from the terminal, which then selects no text by itself.
	Mouse bool
	// RTL is "auto", "terminal" or "own": who brings text that is written from right to left
	// into the order in which it is seen.
	RTL string
	// ScreenReader says in lines what happens, in place of a screen.
	ScreenReader bool
	// Theme is "auto", "dark", "light" or "mono", Contrast is "normal" or "high".
	Theme, Contrast string
	// Language is "auto" or the tag of a language, such as "ru".
	Language string
	// EnterSends: enter sends and ctrl+j breaks the line; otherwise the reverse.
	EnterSends bool
	// MarkRead is "reply" or "open": what makes a conversation read.
	MarkRead string
	// Hints shows the hint line.
	Hints bool
	// Line is "auto", "fast" or "slow": whether little is to be sent to the terminal.
	Line string
	// Query is "auto", "on" or "off": whether the terminal is asked for modes that
	// not all have.
	Query string
	// Links is "auto", "on" or "off": whether the terminal gets addresses as links.
	Links string
	// Emoji is "auto", "joined" or "split": whether a character of several runes is one for the terminal.
	Emoji string
	// Images is "auto", "off", "blocks", "kitty", "iterm2" or "sixel": how pictures are drawn in a thread. ShowImages reads
	// them without a key.
	Images     string
	ShowImages bool
	// OnlyAssigneeSends: a conversation that is not assigned to the agent is not replied to,
	// where the platform says so.
	OnlyAssigneeSends bool
	// ReadOnly: nothing is sent and nothing is changed.
	ReadOnly bool
	// CheckBeforeSend: before each reply it is checked whether the customer wrote
	// meanwhile.
	CheckBeforeSend bool
	// Delay is how long a reply can be taken back before it goes out.
	Delay time.Duration
}

func defaults() Config {
	return Config{
		UI:     UI{ASCII: "auto", Language: "auto", Theme: "auto", Contrast: "normal", EnterSends: true, MarkRead: "reply", Hints: true, RTL: "auto", Line: "auto", Query: "auto", Links: "auto", Images: "auto", Emoji: "auto", CheckBeforeSend: true},
		Files:  Files{Max: maxFile},
		Log:    Log{On: true, Texts: true},
		Notify: Notify{Popup: "auto", Text: "all", Title: true, Status: "auto"},
		Serve:  usualServe,
		Keys:   map[string][]string{},
		taken:  map[string]bool{}, forced: map[string]int{}, used: map[string]bool{},
	}
}

// Path returns where the config file is unless the user says otherwise.
func Path() string { return filepath.Join(xdg.ConfigHome, "unibox", "config.toml") }

// Load reads and checks the file at path, with accounts on platforms. The error is
// set only when the file cannot be read (fs.ErrNotExist if there is none); mistakes
// in it are returned as problems, in the order of their lines, with everything that
// is right. Of a file that is not TOML, what is wrong is left out and the rest counts.
func Load(path string, platforms []Platform) (Config, []Problem, error) {
	c := defaults()
	text, err := readFile(path)
	if err != nil {
		return c, nil, fmt.Errorf("the config cannot be read: %w", err)
	}
	doc, lost, wrong := salvage(path, text)
	doc.of = sha256.Sum256(text)
	return c, sorted(append(wrong, check(doc, platforms, shared(path), &c, lost...)...)), nil
}

// check reads doc into c. shared: others can read the file; lost are lines that are not in
// the document.
func check(doc document, platforms []Platform, shared bool, c *Config, lost ...lostLine) []Problem {
	c.doc = doc
	r := &reader{doc: doc, config: c, platforms: platforms, shared: shared, sections: sections()}
	r.guards = guards(r.sections)
	r.names = r.keyNames()
	r.read()
	r.fleet(lost)
	r.safeLost(lost)
	r.holdSafe()
	return r.listed()
}

// mostListed is how many problems are listed of each sort: what is wrong, and what is only
// not known.
const mostListed = 200

// listed are the first problems of each sort, and how many more there are.
func (r *reader) listed() (all []Problem) {
	var errors, warnings int
	for _, p := range sorted(r.problems) {
		count := &errors
		if p.Warning {
			count = &warnings
		}
		if *count++; *count <= mostListed {
			all = append(all, p)
		}
	}
	wrong, unknown := max(0, errors-mostListed), max(0, warnings-mostListed)+max(0, r.unknowns-mostUnknown)
	if wrong+unknown > 0 {
		p := Problem{File: r.doc.file, Text: fmt.Sprintf("%d more mistakes are not listed", wrong+unknown), Warning: wrong == 0}
		if r.unknowns > mostUnknown {
			p.Warning, p.Instead = false, "with so many unknown keys, what guards something has its safe value"
		}
		all = append(all, p)
	}
	return all
}

// SecretFiles lists the files that hold secrets: the config itself, and those that
// it names.
func (c Config) SecretFiles() []string {
	files := []string{c.doc.file}
	for _, a := range c.Accounts {
		files = append(files, a.Token.File, a.Password.File)
	}
	return slices.DeleteFunc(files, func(f string) bool { return f == "" })
}

// KeyProblem is a problem with an override of [Config.Keys], with its line.
func (c Config) KeyProblem(action, text string) Problem {
	return Problem{File: c.doc.file, Line: c.doc.keyLine(action), Text: text}
}

// ColorProblem is a problem with a style of [colors], with its line.
func (c Config) ColorProblem(role, text string) Problem {
	return Problem{File: c.doc.file, Line: c.doc.line(path{"colors", role}), Text: text, Instead: "the theme's is used"}
}

// AccountProblem is a problem with an account, with its line: that of key, such as
// "platform", or that of the account if it has no such key.
func (c Config) AccountProblem(name, key, text string) Problem {
	return Problem{File: c.doc.file, Line: c.doc.accountLine(name, key), Account: name, Text: text}
}

// Problem is one mistake in the file.
type Problem struct {
	File string
	// Line counts from 1; 0 where none can be named.
	Line int
	// Account is the account's name, or its number in the file ("2") where it
	// has none; empty outside accounts.
	Account string
	// Text is what is wrong, for a person, without a token; Instead what holds in its place.
	Text, Instead string
	// Warning: everything that the program knows is right, and holds.
	Warning bool
}

// String is the problem in one line: `config.toml:12: account "shop": …`.
func (p Problem) String() string {
	s := filepath.Base(p.File) + ": "
	if p.Line > 0 {
		s = fmt.Sprintf("%s:%d: ", filepath.Base(p.File), p.Line)
	}
	if p.Account != "" {
		s += fmt.Sprintf("account %q: ", p.Account)
	}
	if p.Instead != "" {
		return s + p.Text + "; " + p.Instead
	}
	return s + p.Text
}

// Sort puts problems into the order of their lines.
func Sort(list []Problem) []Problem { return sorted(slices.Clone(list)) }

func sorted(list []Problem) []Problem {
	slices.SortStableFunc(list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Text, b.Text))
	})
	return list
}
