package cli

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"unibox/state/config"
	"unibox/ui/catalog"
)

// fill asks for what the flags leave open.
func (f *form) fill(ctx context.Context) error {
	if err := f.readSecret(); err != nil {
		return err
	}
	for key, value := range f.values {
		if !utf8.ValidString(*value) {
			return usage(catalog.Errorf("%s is not text in UTF-8", strings.ReplaceAll(key, "_", "-")))
		}
	}
	for _, step := range []func(context.Context) error{f.fillPlatform, f.fillName, f.fillKeys, f.fillSecret} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	for _, key := range []string{"token_file", "password_file"} {
		if value := f.values[key]; *value != "" {
			full, err := config.Expand(*value)
			if err == nil {
				full, err = filepath.Abs(full)
			}
			if err != nil {
				return usage(err)
			}
			*value = full
		}
	}
	return nil
}

// readSecret takes a secret from standard input, where a flag says so.
func (f *form) readSecret() error {
	switch f.stdin {
	case "":
		return nil
	case "token", "password":
	default:
		return usage(catalog.Errorf("--stdin must be token or password"))
	}
	text, err := io.ReadAll(io.LimitReader(f.ask.in, 64<<10))
	if err != nil {
		return catalog.Errorf("read the %s: %w", f.stdin, err)
	}
	if *f.values[f.stdin] = strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff")); *f.values[f.stdin] == "" {
		return usage(catalog.Errorf("standard input holds no %s", f.stdin))
	}
	return nil
}

// open reports whether the key has to be asked for; err is set if it cannot.
func (f *form) open(key string) (bool, error) {
	if *f.values[key] != "" {
		return false, nil
	}
	if !f.ask.present() || f.stdin != "" {
		return false, usage(catalog.Errorf("there is no terminal to ask in: give --%s", strings.ReplaceAll(key, "_", "-")))
	}
	return true, nil
}

func (f *form) fillPlatform(ctx context.Context) error {
	open, err := f.open("platform")
	if !open {
		return errors.Join(err, f.checkPlatform())
	}
	titles := make([]string, len(f.platforms.List))
	for i, p := range f.platforms.List {
		titles[i] = p.Title
	}
	i, err := f.ask.choose(ctx, f.ask.say.T("Which platform is it on?"), titles)
	if err == nil {
		*f.values["platform"] = f.platforms.List[i].Name
	}
	return err
}

// checkPlatform refuses a flag before anything is asked on the strength of it.
func (f *form) checkPlatform() error {
	name := *f.values["platform"]
	if _, known := f.platforms.Find(name); known || name == "" {
		return nil
	}
	return usage(catalog.Errorf("unknown platform %q; there is %s", name, strings.Join(f.platforms.Names(), ", ")))
}

func (f *form) fillName(ctx context.Context) error {
	open, err := f.open("name")
	if !open {
		return err
	}
	c, _, err := config.Load(*f.path, f.platforms.Config())
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	*f.values["name"], err = f.ask.line(ctx, f.ask.say.T("Your name for this account"), func(name string) error {
		if slices.ContainsFunc(c.Accounts, func(a config.Account) bool { return a.Name == name }) {
			return catalog.Errorf("there is an account of that name")
		}
		return nil
	})
	return err
}

// fillKeys asks for what the platform alone needs.
func (f *form) fillKeys(ctx context.Context) error {
	p, _ := f.platforms.Find(*f.values["platform"])
	for _, key := range p.Keys {
		if !key.Required {
			continue
		}
		open, err := f.open(key.Name)
		if open {
			*f.values[key.Name], err = f.ask.line(ctx, upperFirst(f.meaning(key)), nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// fillSecret asks where the secret comes from, if no flag says it.
func (f *form) fillSecret(ctx context.Context) error {
	what, err := f.fillUser(ctx)
	if err != nil || f.given(what) {
		return err
	}
	if _, err := f.open(what); err != nil {
		return usage(catalog.Errorf("there is no terminal to ask in: give --%s-env, --%s-command, --%s-file or --stdin %s", what, what, what, what))
	}
	choices := make([]string, len(ways))
	for i, way := range ways {
		choices[i] = f.say.Of(way.means)
	}
	i, err := f.ask.choose(ctx, f.say.Of(whence[what]), choices)
	if err != nil {
		return err
	}
	into := f.values[what+ways[i].end]
	if ways[i].end == "" {
		*into, err = f.ask.secret(ctx, f.say.Of(theSecret[what]))
	} else {
		*into, err = f.ask.line(ctx, f.say.Of(ways[i].question), nil)
	}
	return err
}

// The questions for a secret, by what it is.
var (
	whence    = map[string]catalog.Text{"token": "Where does unibox get the token from?", "password": "Where does unibox get the password from?"}
	theSecret = map[string]catalog.Text{"token": "The token", "password": "The password"}
)

func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// fillUser settles whether a token or a password signs in.
func (f *form) fillUser(ctx context.Context) (what string, err error) {
	p, _ := f.platforms.Find(*f.values["platform"])
	switch {
	case p.Password && (*f.values["user"] != "" || f.given("password")):
		return "password", nil
	case !p.Password || f.given("token") || !f.ask.present():
		return "token", nil
	}
	i, err := f.ask.choose(ctx, f.ask.say.T("How does it sign in?"), []string{f.say.T("with a token"), f.say.T("with a user's name and a password")})
	if err != nil || i == 0 {
		return "token", err
	}
	*f.values["user"], err = f.ask.line(ctx, f.ask.say.T("The user's name"), nil)
	return "password", err
}

// given reports whether it is known where the secret comes from.
func (f *form) given(what string) bool {
	return slices.ContainsFunc(ways, func(way way) bool { return *f.values[what+way.end] != "" })
}
