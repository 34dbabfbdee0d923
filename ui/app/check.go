package app

import (
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"

	"unibox/api"
	"unibox/keymap"
	"unibox/state/config"
	"unibox/ui/catalog"
)

// Check lists what is wrong in a config beyond what [config.Load] reports: keys that another
// action has, names of actions, colours, accounts and channels that there are not. It asks
// nothing of the network, and reads no secret.
func Check(c config.Config, p Platforms) []config.Problem {
	own, _, problems := OwnActions(c)
	_, colours := Wishes(c)
	keys, clashes := keymap.New(Bindings(c), own...)
	_, names := service(c, p.unsigned(c))
	return slices.Concat(problems, colours, keyProblems(c, keys, clashes), names)
}

// unsigned are the clients of the accounts without their secrets: what they say of themselves
// is all that can be asked of them.
func (p Platforms) unsigned(c config.Config) (all []client) {
	for _, a := range c.Accounts {
		platform, _ := p.Find(a.Platform)
		if platform.New == nil {
			continue
		}
		provider, err := platform.New(api.Login{Account: api.AccountID(a.Name), BaseURL: p.Server(a), User: a.User, Keys: a.Keys, Token: "-", ReadOnly: true, Log: slog.New(slog.DiscardHandler)})
		if err == nil {
			all = append(all, client{id: api.AccountID(a.Name), provider: provider})
		}
	}
	return all
}

// keyProblems are the mistakes in [keys], with their lines and what holds instead.
func keyProblems(c config.Config, keys *keymap.Map, clashes []keymap.Problem) (all []config.Problem) {
	for _, clash := range clashes {
		p := c.KeyProblem(clash.Name, clash.Name+": "+clash.Why)
		if near := nearAction(clash.Name, keys); near != "" {
			p.Text += fmt.Sprintf(" (did you mean %s?)", near)
		}
		all = append(all, p)
	}
	return all
}

// nearAction is the action that a name most likely means which is none, "" if it is one.
func nearAction(name string, keys *keymap.Map) string {
	if _, action, scoped := strings.Cut(name, "/"); scoped {
		name = action
	}
	var names []string
	for _, s := range keys.All() {
		names = append(names, string(s.Action))
	}
	if slices.Contains(names, name) {
		return ""
	}
	if i := slices.IndexFunc(names, func(n string) bool { return strings.HasSuffix(n, "."+name) }); i >= 0 {
		return names[i]
	}
	return config.Nearest(name, names)
}

// inOrder are problems as notices, in the order of their lines, and warnings last.
func inOrder(say *catalog.Language, problems []config.Problem) (all []string) {
	for _, warning := range []bool{false, true} {
		for _, p := range config.Sort(problems) {
			if p.Warning == warning {
				all = append(all, say.Sentence(p.String()))
			}
		}
	}
	return all
}

// unknownNames are the delays for what is neither an account nor a kind of channel.
func unknownNames(c config.Config, accounts, kinds map[string]bool) (all []config.Problem) {
	for _, name := range slices.Sorted(maps.Keys(c.Delays)) {
		if !accounts[name] && !kinds[name] {
			all = append(all, c.SettingProblem("delay", name, noName(name, accounts, kinds)))
		}
	}
	return all
}

// noName says that a name means nothing, and what was meant most likely.
func noName(name string, accounts, kinds map[string]bool) string {
	known := slices.Sorted(maps.Keys(kinds))
	if near := config.Nearest(name, append(slices.Sorted(maps.Keys(accounts)), known...)); near != "" {
		return fmt.Sprintf("%q is neither an account nor a kind of channel (did you mean %s?)", name, near)
	}
	return fmt.Sprintf("%q is neither an account nor a kind of channel: there are %s", name, strings.Join(known, ", "))
}

// Flags are those of the command line that stand above the config.
type Flags struct{ ReadOnly, ScreenReader bool }

// Effective lists what holds of a config where the program is started with those flags in this
// environment.
func Effective(c config.Config, platforms Platforms, flags Flags) []config.Setting {
	all, refused := c.Effective(), map[int]bool{}
	for _, p := range Check(c, platforms) {
		refused[p.Line] = true
	}
	for i := range all {
		if s := &all[i]; s.From == config.File && refused[s.Line] {
			s.From = config.Refused
		}
	}
	over := func(key, value string, from config.Origin, by string) {
		for i := range all {
			if s := &all[i]; s.Section == "[ui]" && s.Key == key && s.Value != value {
				s.Value, s.From, s.Line, s.By = value, from, 0, by
			}
		}
	}
	if os.Getenv("NO_COLOR") != "" {
		over("theme", `"mono"`, config.Environment, "NO_COLOR")
	}
	if c.UI.ASCII == "auto" && ascii(c.UI, os.Environ()) {
		over("ascii", "true", config.Environment, "the locale "+Locale())
	}
	if flags.ReadOnly {
		over("read_only", "true", config.Flag, "--read-only")
	}
	if flags.ScreenReader {
		over("screen_reader", "true", config.Flag, "--screen-reader")
	}
	return all
}
