package config

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/mattn/go-shellwords"
)

// fields says how each key of a table is read into a T. A setter's error says
// what the value must be.
type fields[T any] map[string]func(into *T, value any) error

// accountFields are the keys of every account.
var accountFields = fields[Account]{
	"name":          text(func(a *Account) *string { return &a.Name }),
	"platform":      text(func(a *Account) *string { return &a.Platform }),
	"base_url":      text(func(a *Account) *string { return &a.BaseURL }),
	"token":         text(func(a *Account) *string { return &a.token().Plain }),
	"token_env":     text(func(a *Account) *string { return &a.token().Env }),
	"token_command": command(func(a *Account) *[]string { return &a.token().Command }),
	"token_file":    text(func(a *Account) *string { return &a.token().File }),
	"pace":          factor(func(a *Account) *float64 { return &a.Pace }),
	"keep":          duration(func(a *Account, d time.Duration) { a.Retention = &d }),
	"forward":       address(func(a *Account) *string { return &a.Forward }, withQuery),
}

// passwordFields are the further keys where a platform takes passwords.
var passwordFields = fields[Account]{
	"user":             text(func(a *Account) *string { return &a.User }),
	"password":         text(func(a *Account) *string { return &a.password().Plain }),
	"password_env":     text(func(a *Account) *string { return &a.password().Env }),
	"password_command": command(func(a *Account) *[]string { return &a.password().Command }),
	"password_file":    text(func(a *Account) *string { return &a.password().File }),
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
	"ascii":               flagOrAuto(func(u *UI) *string { return &u.ASCII }),
	"mouse":               flag(func(u *UI) *bool { return &u.Mouse }),
	"rtl":                 choice(func(u *UI) *string { return &u.RTL }, "auto", "terminal", "own"),
	"screen_reader":       flag(func(u *UI) *bool { return &u.ScreenReader }),
	"theme":               choice(func(u *UI) *string { return &u.Theme }, "auto", "dark", "light", "mono"),
	"contrast":            choice(func(u *UI) *string { return &u.Contrast }, "normal", "high"),
	"enter_sends":         flag(func(u *UI) *bool { return &u.EnterSends }),
	"mark_read":           choice(func(u *UI) *string { return &u.MarkRead }, "reply", "open"),
	"hints":               flag(func(u *UI) *bool { return &u.Hints }),
	"line":                choice(func(u *UI) *string { return &u.Line }, "auto", "fast", "slow"),
	"query":               choice(func(u *UI) *string { return &u.Query }, "auto", "on", "off"),
	"links":               choice(func(u *UI) *string { return &u.Links }, "auto", "on", "off"),
	"images":              choice(func(u *UI) *string { return &u.Images }, "auto", "off", "blocks", "kitty"),
	"show_images":         flag(func(u *UI) *bool { return &u.ShowImages }),
	"only_assignee_sends": flag(func(u *UI) *bool { return &u.OnlyAssigneeSends }),
	"read_only":           flag(func(u *UI) *bool { return &u.ReadOnly }),
	"check_before_send":   flag(func(u *UI) *bool { return &u.CheckBeforeSend }),
	"delay":               seconds(func(u *UI) *time.Duration { return &u.Delay }),
}

// historyFields are the keys of [history].
var historyFields = fields[Config]{
	"keep": duration(func(c *Config, d time.Duration) { c.Retention = d }),
}

// names lists the keys of a table, for a person who mistyped one.
func (f fields[T]) names() string {
	return strings.Join(slices.Sorted(maps.Keys(f)), ", ")
}

func text[T any](at func(*T) *string) func(*T, any) error {
	return func(into *T, value any) error {
		v, ok := value.(string)
		if !ok {
			return fmt.Errorf("must be a text in quotes")
		}
		*at(into) = v
		return nil
	}
}

// own reads a key of a platform's own. Identifiers are often numbers, which
// need no quotes.
func own(key Key) func(*Account, any) error {
	return func(a *Account, value any) error {
		if n, ok := value.(int64); ok {
			value = strconv.FormatInt(n, 10)
		}
		v, ok := value.(string)
		if !ok {
			return fmt.Errorf("must be a text in quotes, or a number")
		}
		if key.Values != nil && !slices.Contains(key.Values, v) {
			return fmt.Errorf("must be %s", strings.Join(key.Values, " or "))
		}
		if a.Keys == nil {
			a.Keys = map[string]string{}
		}
		a.Keys[key.Name] = v
		return nil
	}
}

func flag[T any](at func(*T) *bool) func(*T, any) error {
	return func(into *T, value any) error {
		v, ok := value.(bool)
		if !ok {
			return fmt.Errorf("must be true or false")
		}
		*at(into) = v
		return nil
	}
}

// flagOrAuto takes true or false, as "on" or "off", or "auto".
func flagOrAuto[T any](at func(*T) *string) func(*T, any) error {
	return func(into *T, value any) error {
		v, ok := map[any]string{true: "on", false: "off", "auto": "auto"}[value]
		if !ok {
			return fmt.Errorf(`must be true, false or "auto"`)
		}
		*at(into) = v
		return nil
	}
}

// factor takes a number above zero.
func factor[T any](at func(*T) *float64) func(*T, any) error {
	return func(into *T, value any) error {
		n, ok := value.(float64)
		if whole, is := value.(int64); is {
			n, ok = float64(whole), true
		}
		if !ok || !(n > 0) || math.IsInf(n, 0) {
			return fmt.Errorf("must be a number above 0")
		}
		*at(into) = n
		return nil
	}
}

// timeUnits are the timeUnits of a duration; a year has 365 days.
var timeUnits = map[byte]time.Duration{'d': 24 * time.Hour, 'w': 7 * 24 * time.Hour, 'y': 365 * 24 * time.Hour}

// maxDuration is a hundred years; longer durations mean for ever.
const maxDuration = 100 * 365 * 24 * time.Hour

// duration accepts a duration in whole days or longer timeUnits, or "forever",
// which is 0. Zero is refused: it would keep nothing.
func duration[T any](set func(*T, time.Duration)) func(*T, any) error {
	return func(into *T, value any) error {
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
	}
}

// longestDelay is the most that a few seconds may be.
const longestDelay = 60 * time.Second

func seconds[T any](at func(*T) *time.Duration) func(*T, any) error {
	return func(into *T, value any) error {
		v, _ := value.(string)
		d, err := time.ParseDuration(v)
		if err != nil || d < 0 || d > longestDelay || d%time.Second != 0 {
			return errors.New(`must be a number of seconds from "0s" to "60s"`)
		}
		*at(into) = d
		return nil
	}
}

func choice[T any](at func(*T) *string, of ...string) func(*T, any) error {
	return func(into *T, value any) error {
		v, ok := value.(string)
		if !ok || !slices.Contains(of, v) {
			return fmt.Errorf("must be one of: %s", strings.Join(of, ", "))
		}
		*at(into) = v
		return nil
	}
}

// command takes a program and its arguments: an array, or a string of words, quoted
// as in a shell. No shell is involved, so a string that would need one is refused.
func command[T any](at func(*T) *[]string) func(*T, any) error {
	return func(into *T, value any) error {
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
	}
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
