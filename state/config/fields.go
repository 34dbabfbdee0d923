package config

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-shellwords"
)

// accountFields are the keys of every account.
var accountFields = fields[Account]{
	"name":          text(func(a *Account) *string { return &a.Name }).says("your name for it, of one line; each has its own").must(),
	"platform":      text(func(a *Account) *string { return &a.Platform }).takes("`\"pact\"`, `\"textus\"`, `\"protocol\"`").says("the platform it is on").must(),
	"base_url":      text(func(a *Account) *string { return &a.BaseURL }).takes("an https address, or http on this machine").says("another server than the platform's own, to which the token is sent then").guards(),
	"token":         text(func(a *Account) *string { return &a.token().Plain }).says("the token itself; the config then has to be for its owner alone (mode 0600)"),
	"token_env":     text(func(a *Account) *string { return &a.token().Env }).takes("the name of an environment variable").says("where the token is; programs that unibox starts do not get the variable"),
	"token_command": command(func(a *Account) *[]string { return &a.token().Command }).says("prints the token in its first line, within 10 seconds"),
	"token_file":    text(func(a *Account) *string { return &a.token().File }).takes("a file").says("its first line is the token; nobody else may be able to read it"),
	"pace":          factor(func(a *Account) *float64 { return &a.Pace }).says("multiplies the platform's published request limits").leftOut("1"),
	"keep":          duration(func(a *Account, d time.Duration) { a.Retention = &d }).says("how long its messages stay on this machine").leftOut("as in `[history]`"),
	"forward":       address(func(a *Account) *string { return &a.Forward }, withQuery).says("somebody else who gets the same events: [push](../push/README.md)"),
}

// passwordFields are the further keys where a platform takes passwords.
var passwordFields = fields[Account]{
	"user":             text(func(a *Account) *string { return &a.User }).says("the user name, with one way to the password"),
	"password":         text(func(a *Account) *string { return &a.password().Plain }).says("the password itself; the config then has to be for its owner alone (mode 0600)"),
	"password_env":     text(func(a *Account) *string { return &a.password().Env }).takes("the name of an environment variable").says("where the password is"),
	"password_command": command(func(a *Account) *[]string { return &a.password().Command }).says("prints the password in its first line, within 10 seconds"),
	"password_file":    text(func(a *Account) *string { return &a.password().File }).takes("a file").says("its first line is the password; nobody else may be able to read it"),
}

func (a *Account) token() *Source {
	a.Token.What = "token"
	return &a.Token
}

func (a *Account) password() *Source {
	a.Password.What = "password"
	return &a.Password
}

var uiFields = fields[UI]{
	"ascii":    flagOrAuto(func(u *UI) *string { return &u.ASCII }).says("`true` draws every mark in ASCII, `false` none; `\"auto\"` goes by the locale"),
	"language": text(func(u *UI) *string { return &u.Language }).takes("`\"auto\"`, `\"en\"`, `\"ru\"`").says("the language of the screen, as `--language`; `\"auto\"` goes by `LC_ALL`, `LC_MESSAGES`, `LANG` and `LANGUAGE`, and one that unibox does not speak is English"),
	"mouse":    flag(func(u *UI) *bool { return &u.Mouse }).says("a click selects and a second one opens, the wheel scrolls, dragging a rule between panes makes them wider; the terminal then selects text with shift alone. `g p` switches it"),
	"rtl": choice(func(u *UI) *string { return &u.RTL }, "auto", "terminal", "own").says("who brings Hebrew and Arabic into the order in which they are read: `\"own\"`, unibox does, and asks the terminal not to; `\"terminal\"`, " +
		"it does by itself, as Konsole, mlterm and macOS' Terminal do; `\"auto\"` goes by what the terminal is called, which SSH does not pass on. " +
		"A message that begins so stands on the right; the box in which you write keeps the order of typing"),
	"screen_reader": flag(func(u *UI) *bool { return &u.ScreenReader }).says("as `--screen-reader`: plain lines for a screen reader in place of panes ([what it says](../../ui/spoken/README.md))"),
	"theme":         choice(func(u *UI) *string { return &u.Theme }, "auto", "dark", "light", "mono").says("`\"auto\"` asks the terminal whether it is dark; `\"mono\"` has no colours"),
	"contrast":      choice(func(u *UI) *string { return &u.Contrast }, "normal", "high").says("`\"high\"`: all text stands out from its ground seven to one, and the selected row is reversed"),
	"enter_sends":   flag(func(u *UI) *bool { return &u.EnterSends }).says("`false`: enter makes a line, `alt+enter` sends").closed(false),
	"mark_read":     choice(func(u *UI) *string { return &u.MarkRead }, "reply", "open").says("`\"reply\"`: a conversation is read when you answered it; `\"open\"`: when you opened it"),
	"hints":         flag(func(u *UI) *bool { return &u.Hints }).says("`false` hides the hint line"),
	"line": choice(func(u *UI) *string { return &u.Line }, "auto", "fast", "slow").says("`\"slow\"`: a thread is shown on `enter` alone, times change once a minute, and text has sixteen colours; " +
		"`\"auto\"` does so where the terminal takes half a second to answer, and says it; `\"fast\"` never"),
	"query": choice(func(u *UI) *string { return &u.Query }, "auto", "on", "off").says("`\"on\"` asks the terminal over SSH too whether it draws frames at once (mode 2026) and counts characters (mode 2027); `\"off\"` never asks"),
	"links": choice(func(u *UI) *string { return &u.Links }, "auto", "on", "off").says("`\"off\"`: addresses in a thread are no links of the terminal (OSC 8), which a click there opens; " +
		"`\"on\"` also where the terminal is not known to have them; `\"auto\"` not inside tmux before 3.4, GNU screen or a console, " +
		"and not on a line that is set to slow"),
	"emoji": choice(func(u *UI) *string { return &u.Emoji }, "auto", "joined", "split").says("where names with emoji put rows askew: `\"joined\"`, the terminal draws a family or a flag as one character, as kitty, iTerm2 and WezTerm do; " +
		"`\"split\"`, it counts each part of one, as xterm and most do; `\"auto\"` asks it at the start where `query` lets it"),
	"images": choice(func(u *UI) *string { return &u.Images }, "auto", "off", "blocks", "kitty", "iterm2", "sixel").says("`\"off\"`: no pictures in a thread; `\"blocks\"`: drawn in half blocks, two pixels to a cell; " +
		"`\"kitty\"`: by the graphics protocol of kitty and Ghostty, inside tmux too where `allow-passthrough` is on; `\"iterm2\"`: as iTerm2, " +
		"WezTerm and mintty draw files; `\"sixel\"`: where the terminal says how large a cell is; " +
		"`\"auto\"`: kitty's or iTerm2's where the terminal is known for it, without tmux, else sixel where the terminal says that it has it, inside tmux too, " +
		"else half blocks. Not where `ascii` or `mono` is, and not over a slow line"),
	"show_images":         flag(func(u *UI) *bool { return &u.ShowImages }).says("`true` shows pictures without a key; else `V` shows that of the message"),
	"only_assignee_sends": flag(func(u *UI) *bool { return &u.OnlyAssigneeSends }).says("`true`: where the platform says whose a conversation is, a reply goes out only from whom it is assigned to; `,` takes it over").closed(true),
	"read_only":           flag(func(u *UI) *bool { return &u.ReadOnly }).says("as `--read-only`: only to look; nothing is sent, nothing is changed, and another session sends").closed(true),
	"check_before_send":   flag(func(u *UI) *bool { return &u.CheckBeforeSend }).says("`false`: a reply goes out without a look whether the customer wrote meanwhile").closed(true),
	"delay":               seconds(func(u *UI) *time.Duration { return &u.Delay }).says("a reply waits so long before it goes out, and `alt+u` takes it back"),
}

// historyFields are the keys of [history].
var historyFields = fields[Config]{
	"keep": duration(func(c *Config, d time.Duration) { c.Retention = d }).says("how long messages stay on this machine").leftOut("`\"forever\"`"),
}

func text[T any](at func(*T) *string) field[T] {
	return field[T]{values: "a text", get: func(from *T) any { return optional(*at(from)) }, set: func(into *T, value any) error {
		v, ok := value.(string)
		if !ok {
			return fmt.Errorf("must be a text in quotes")
		}
		*at(into) = v
		return nil
	}}
}

// own reads a key of a platform's own. Identifiers are often numbers, which
// need no quotes.
func own(key Key) field[Account] {
	f := field[Account]{values: "a text, or a number", means: key.Means, required: key.Required, set: func(a *Account, value any) error {
		if n, ok := value.(int64); ok {
			value = strconv.FormatInt(n, 10)
		}
		v, ok := value.(string)
		if !ok {
			return fmt.Errorf("must be a text in quotes, or a number")
		}
		if key.Values != nil && !slices.Contains(key.Values, v) {
			return fmt.Errorf("must be one of: %s", strings.Join(key.Values, ", "))
		}
		if a.Keys == nil {
			a.Keys = map[string]string{}
		}
		a.Keys[key.Name] = v
		return nil
	}}
	if key.Values != nil {
		f.values = quoted(key.Values)
	}
	return f
}

// quoted lists texts as they are written in the file, in Markdown.
func quoted(texts []string) string {
	all := make([]string, len(texts))
	for i, t := range texts {
		all[i] = "`" + value(t) + "`"
	}
	return strings.Join(all, ", ")
}

func flag[T any](at func(*T) *bool) field[T] {
	return field[T]{values: "`true` or `false`", get: func(from *T) any { return *at(from) }, set: func(into *T, value any) error {
		v, ok := value.(bool)
		if !ok {
			return fmt.Errorf("must be true or false")
		}
		*at(into) = v
		return nil
	}}
}

// flagOrAuto takes true or false, as "on" or "off", or "auto".
func flagOrAuto[T any](at func(*T) *string) field[T] {
	return field[T]{values: "`true`, `false` or `\"auto\"`", get: func(from *T) any {
		return map[string]any{"on": true, "off": false, "auto": "auto"}[*at(from)]
	}, set: func(into *T, value any) error {
		v, ok := map[any]string{true: "on", false: "off", "auto": "auto"}[hashable(value)]
		if !ok {
			return fmt.Errorf(`must be true, false or "auto"`)
		}
		*at(into) = v
		return nil
	}}
}

// hashable is a value that can be the key of a map; nil for a list or a table.
func hashable(value any) any {
	switch value.(type) {
	case string, bool:
		return value
	}
	return nil
}

// factor takes a number above zero.
func factor[T any](at func(*T) *float64) field[T] {
	return field[T]{values: "a number above 0", set: func(into *T, value any) error {
		n, ok := value.(float64)
		if whole, is := value.(int64); is {
			n, ok = float64(whole), true
		}
		if !ok || !(n > 0) || math.IsInf(n, 0) {
			return fmt.Errorf("must be a number above 0")
		}
		*at(into) = n
		return nil
	}}
}

// timeUnits are the timeUnits of a duration; a year has 365 days.
var timeUnits = map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour, 'y': 365 * 24 * time.Hour}

// maxDuration is a hundred years; longer durations mean for ever.
const maxDuration = 100 * 365 * 24 * time.Hour

// duration accepts a duration in whole days or longer timeUnits, or "forever",
// which is 0. Zero is refused: it would keep nothing.
func duration[T any](set func(*T, time.Duration)) field[T] {
	return field[T]{values: "days, weeks or years as `\"90d\"`, `\"12w\"`, `\"2y\"`, or `\"forever\"`", set: func(into *T, value any) error {
		v, _ := value.(string)
		if v == "forever" {
			set(into, 0)
			return nil
		}
		n, unit := 0, time.Duration(0)
		if len(v) > 1 {
			n, _ = strconv.Atoi(v[:len(v)-1])
			unit = timeUnits[v[len(v)-1]]
		}
		if n < 1 || unit == 0 || n > int(maxDuration/unit) {
			return fmt.Errorf(`must be a number of days, weeks or years such as "90d", "12w" or "2y", or "forever"`)
		}
		set(into, time.Duration(n)*unit)
		return nil
	}}
}

// longestDelay is the most that a few seconds may be.
const longestDelay = 60 * time.Second

// seconds takes a few whole seconds. Of a time that is none of them the nearest is set, beside
// the error.
func seconds[T any](at func(*T) *time.Duration) field[T] {
	return field[T]{values: "seconds, `\"0s\"` to `\"60s\"`, or a number of them", get: func(from *T) any { return fmt.Sprintf("%ds", *at(from)/time.Second) }, set: func(into *T, value any) error {
		v, _ := value.(string)
		if n, ok := value.(int64); ok {
			v = strconv.FormatInt(n, 10) + "s"
		}
		d, err := time.ParseDuration(v)
		whole := min(max(0, d+time.Second-1).Truncate(time.Second), longestDelay)
		if err == nil {
			*at(into) = whole // what is wrong is meant to be near that
		}
		if err != nil || d != whole {
			return errors.New(`must be a number of seconds from "0s" to "60s"`)
		}
		return nil
	}}
}

func choice[T any](at func(*T) *string, of ...string) field[T] {
	return field[T]{values: quoted(of), get: func(from *T) any { return optional(*at(from)) }, set: func(into *T, value any) error {
		v, ok := value.(string)
		if !ok || !slices.Contains(of, v) {
			return fmt.Errorf("must be one of: %s", strings.Join(of, ", "))
		}
		*at(into) = v
		return nil
	}}
}

// command takes a program and its arguments: an array, or a string of words, quoted
// as in a shell. No shell is involved, so a string that would need one is refused.
func command[T any](at func(*T) *[]string) field[T] {
	return field[T]{values: "a program and its arguments, as a list or as words; no shell", set: func(into *T, value any) error {
		words, ok := texts(value)
		if line, is := value.(string); is {
			words, ok = shellWords(line)
		}
		if !ok || len(words) == 0 || words[0] == "" {
			return fmt.Errorf(`is run without a shell, so it is a program and its arguments, such as "pass show 'my token'", without $, *, | and the like`)
		}
		program, err := Expand(words[0])
		if err != nil {
			return err
		}
		words[0] = program
		*at(into) = words
		return nil
	}}
}

// shellWords divides a line as a shell does. ok is false where a shell would do more
// than that.
func shellWords(line string) (words []string, ok bool) {
	p := shellwords.NewParser()
	p.ParseEnv, p.ParseBacktick, p.ParseComment = false, false, false
	words, err := p.Parse(line)
	return words, err == nil && p.Position < 0 && !strings.ContainsAny(line, "$`|&;<>*?")
}

// texts returns an array of strings.
func texts(value any) ([]string, bool) {
	list, ok := value.([]any)
	out := make([]string, len(list))
	for i, v := range list {
		s, is := v.(string)
		out[i], ok = s, ok && is
	}
	return out, ok
}
