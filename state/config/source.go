package config

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode"

	"unibox/state"
)

// commandTime is how long a command that prints a secret may take.
const commandTime = 10 * time.Second

// Source is where a secret comes from. Exactly one of Plain, Env, Command and
// File is set; the zero value is a secret that was not given.
type Source struct {
	// What is "token", "password" or "database".
	What       string
	Plain, Env string
	Command    []string
	// File is absolute, or relative to the working directory if the config's
	// own path was.
	File string

	// file and account say where in which config Plain is, and of is the sum of all of it.
	file, account string
	of            [sha256.Size]byte
	// env is the value of the environment variable Env, kept when HideEnv unset it.
	env string
	// hidden: nobody here is to know more than the sort of place.
	hidden bool
}

// Given reports whether there is a secret at all.
func (s Source) Given() bool { return s.What != "" }

// Read returns the secret: from the config, the environment, the first line
// that a command prints (without a shell, within 10 seconds), or the first
// line of a file. The error is one sentence for a person and never holds the
// secret, nor what the command printed.
func (s Source) Read(ctx context.Context) (string, error) {
	text, err := s.text(ctx)
	if err != nil && s.hidden {
		return "", fmt.Errorf("there is no %s: tell whoever runs this unibox", s.What)
	}
	if err != nil {
		return "", err
	}
	secret := firstLine(text)
	switch {
	case secret == "":
		return "", fmt.Errorf("%s gave an empty %s", s, s.What)
	case strings.ContainsFunc(secret, s.foreign):
		return "", fmt.Errorf("%s gave a %s with characters that no %s has", s, s.What, s.What)
	}
	return secret, nil
}

func firstLine(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(withoutMark([]byte(text)))), "\n")
	return strings.TrimSpace(line)
}

// foreign reports whether r cannot be part of a secret.
func (s Source) foreign(r rune) bool {
	return unicode.IsControl(r) || s.What == "token" && r > unicode.MaxASCII
}

// String says where the secret comes from, without the secret, and without
// arguments: one of them might be a secret too.
func (s Source) String() string {
	switch {
	case s.hidden && s.Given():
		return "where the config says"
	case s.Env != "":
		return "the environment variable " + s.variable()
	case len(s.Command) > 0:
		return s.What + "_command " + filepath.Base(s.Command[0])
	case s.File != "":
		return "the file " + s.File
	case s.Plain != "":
		return "the config"
	}
	return "nowhere"
}

// Refused is one sentence for a person whose secret the platform refused. A
// running program can read its config, a file or a command again, but not its
// environment.
func (s Source) Refused() string {
	if s.hidden {
		return "the " + s.What + " was refused: whoever runs this unibox has to put in a new one"
	}
	todo := "put a new one into " + s.String()
	switch {
	case len(s.Command) > 0:
		return "the " + s.What + " was refused; put a new one where " + s.String() + " finds it, then press ctrl+r"
	case s.Env != "":
		return "the " + s.What + " was refused; " + todo + " and start unibox again"
	}
	return "the " + s.What + " was refused; " + todo + ", then press ctrl+r"
}

var ordinary = compiled(`^[A-Z_][A-Z0-9_]*$`)

// variable is the name of the variable, unless it looks like the secret
// itself, put there by mistake.
func (s Source) variable() string {
	if ordinary().MatchString(s.Env) {
		return s.Env
	}
	return "that " + s.What + "_env names"
}

// HideEnv removes the secrets from the environment, so that no program that is
// started from now on inherits them; [Source.Read] still finds them. A second call changes nothing.
func (c *Config) HideEnv() {
	var names []string
	sources := []*Source{&c.Fleet.Database}
	for i := range c.Accounts {
		sources = append(sources, &c.Accounts[i].Token, &c.Accounts[i].Password)
	}
	for _, s := range sources {
		if s.Env != "" {
			s.env = cmp.Or(os.Getenv(s.Env), s.env)
			names = append(names, s.Env)
		}
	}
	for _, name := range names {
		os.Unsetenv(name)
	}
}

// HideSources leaves out where secrets come from of what is said of them: for who works here
// and did not write the config.
func (c *Config) HideSources() {
	c.Fleet.Database.hidden = true
	c.HideAccountSources()
}

// HideAccountSources does so for the secrets of accounts alone: for a team, whose boxes read what
// one of them says of an account.
func (c *Config) HideAccountSources() {
	c.Accounts = slices.Clone(c.Accounts)
	for i := range c.Accounts {
		c.Accounts[i].Token.hidden, c.Accounts[i].Password.hidden = true, true
	}
}

// GoString keeps the secret out of %#v as well.
func (s Source) GoString() string { return s.String() }

func (s Source) text(ctx context.Context) (string, error) {
	switch {
	case s.Env != "":
		text, ok := os.LookupEnv(s.Env)
		if s.env != "" {
			text, ok = s.env, true
		}
		if !ok {
			return "", fmt.Errorf("%s is not set", s)
		}
		return text, nil
	case len(s.Command) > 0:
		return s.run(ctx)
	case s.File != "":
		text, err := readAny(s.File)
		if err != nil {
			return "", fmt.Errorf("the %s cannot be read: %s", s.What, state.PlainError(err))
		}
		return string(text), nil
	}
	return s.plain(), nil
}

// plain is the secret as it stands in the config now, or as it was read if the config
// does not say it any more.
func (s Source) plain() string {
	text, err := readFile(s.file)
	if err != nil || shared(s.file) || sha256.Sum256(text) == s.of {
		return s.Plain
	}
	doc, _, _ := salvage(s.file, text)
	accounts, _ := doc.values["account"].([]any)
	if found := doc.named(s.account); len(found) == 1 {
		table, _ := accounts[found[0]].(map[string]any)
		if now, _ := table[s.What].(string); now != "" {
			return now
		}
	}
	return s.Plain
}

func (s Source) run(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, s.Command[0], s.Command[1:]...)
	cmd.WaitDelay = time.Second
	var out printed
	cmd.Stdout = &out
	err := cmd.Run()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("%s gave no %s within %v", s, s.What, commandTime)
	case out.over:
		return "", fmt.Errorf("%s printed far more than a %s", s, s.What)
	case errors.As(err, &exit):
		return "", fmt.Errorf("%s failed: %s", s, exit.ProcessState)
	case err != nil:
		return "", fmt.Errorf("%s did not run: %s", s, state.PlainError(err))
	}
	return out.String(), nil
}

// printed keeps the beginning of what a command prints.
type printed struct {
	strings.Builder
	// over: there was more.
	over bool
}

func (p *printed) Write(b []byte) (int, error) {
	if p.over = p.over || p.Len()+len(b) > mostBytes; p.over {
		return 0, errLarge
	}
	return p.Builder.Write(b)
}
