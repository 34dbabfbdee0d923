package config

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
	"unicode"
)

// commandTime is how long a token_command may take.
const commandTime = 10 * time.Second

// Secret returns the account's token: from the config, the environment, the
// first line that a command prints (without a shell, within 10 seconds), or
// the first line of a file. The error is one sentence for a person and never
// holds the token, nor what the command printed.
func (a Account) Secret(ctx context.Context) (string, error) {
	text, err := a.source(ctx)
	if err != nil {
		return "", err
	}
	token, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	token = strings.TrimSpace(token)
	switch {
	case token == "":
		return "", fmt.Errorf("%s gave an empty token", a.origin())
	case strings.ContainsFunc(token, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) }):
		return "", fmt.Errorf("%s gave a token with characters that no token has", a.origin())
	}
	return token, nil
}

// origin says where the token comes from, without arguments: one of them
// might be a secret too.
func (a Account) origin() string {
	switch {
	case a.TokenEnv != "":
		return "the environment variable " + a.TokenEnv
	case len(a.TokenCommand) > 0:
		return "token_command " + filepath.Base(a.TokenCommand[0])
	case a.TokenFile != "":
		return "the file " + a.TokenFile
	}
	return "the config"
}

func (a Account) source(ctx context.Context) (string, error) {
	switch {
	case a.TokenEnv != "":
		text, ok := os.LookupEnv(a.TokenEnv)
		if !ok {
			return "", fmt.Errorf("%s is not set", a.origin())
		}
		return text, nil
	case len(a.TokenCommand) > 0:
		return a.command(ctx)
	case a.TokenFile != "":
		text, err := os.ReadFile(a.TokenFile)
		if err != nil {
			return "", fmt.Errorf("the token cannot be read: %w", err)
		}
		return string(text), nil
	}
	return a.Token, nil
}

func (a Account) command(ctx context.Context) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, commandTime)
	defer cancel()
	cmd := exec.CommandContext(ctx, a.TokenCommand[0], a.TokenCommand[1:]...)
	cmd.WaitDelay = time.Second
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return "", fmt.Errorf("%s gave no token within %v", a.origin(), commandTime)
	case errors.As(err, &exit):
		return "", fmt.Errorf("%s failed: %s", a.origin(), exit.ProcessState)
	case err != nil:
		return "", fmt.Errorf("%s did not run: %w", a.origin(), err)
	}
	return string(out), nil
}
