package cli

import (
	"errors"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"unibox/state/config"
	"unibox/ui/catalog"
)

// pathFlag is a flag that names a file or a folder; ~ is a home folder.
type pathFlag struct{ to *string }

func (p pathFlag) String() string {
	if p.to == nil {
		return ""
	}
	return *p.to
}

func (p pathFlag) Type() string { return "path" }

func (p pathFlag) Set(text string) error {
	if text == "" || strings.Contains(text, "\x00") {
		return catalog.Errorf("it must name a file or folder")
	}
	full, err := config.Expand(text)
	if err == nil {
		*p.to = full
	}
	return err
}

// addPath adds a flag that names a file or a folder.
func addPath(flags *pflag.FlagSet, to *string, name, preset, means string) {
	*to = preset
	flags.Var(pathFlag{to}, name, means)
}

// textFlag is a flag that is any text. Its help says what it takes.
type textFlag struct {
	to    *string
	takes string
}

func (t textFlag) String() string {
	if t.to == nil {
		return ""
	}
	return *t.to
}

func (t textFlag) Type() string { return t.takes }

func (t textFlag) Set(text string) error {
	*t.to = text
	return nil
}

// numberFlag is a flag that is a whole number within limits.
type numberFlag struct {
	to          *int
	least, most int
}

func (n numberFlag) String() string {
	if n.to == nil {
		return ""
	}
	return strconv.Itoa(*n.to)
}

func (n numberFlag) Type() string { return "int" }

func (n numberFlag) Set(text string) error {
	i, err := strconv.Atoi(text)
	if err != nil || i < n.least || i > n.most {
		return catalog.Errorf("it must be a whole number from %d to %d", n.least, n.most)
	}
	*n.to = i
	return nil
}

// flagError makes a sentence of a flag that is wrong.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var alone *pflag.ValueRequiredError
	var value *pflag.InvalidValueError
	var number *strconv.NumError
	switch {
	case errors.As(err, &unknown):
		flag := "--" + unknown.GetSpecifiedName()
		if short := unknown.GetSpecifiedShortnames(); short != "" {
			flag = "-" + short
		}
		return usage(catalog.Errorf("%s has no flag %s; %[1]s --help lists its flags", cmd.CommandPath(), flag))
	case errors.As(err, &alone):
		return usage(catalog.Errorf("--%s needs a value; %s --help says which", alone.GetFlag().Name, cmd.CommandPath()))
	case errors.As(err, &value):
		why := value.Unwrap()
		if errors.As(err, &number) {
			why = wanted(value.GetFlag())
		}
		return usage(catalog.Errorf("--%s is %q: %s", value.GetFlag().Name, value.GetValue(), why))
	}
	return usage(err)
}

// flagGroups makes a sentence of flags that do not go together, which cobra finds.
func flagGroups(cmd *cobra.Command) error {
	err := cmd.ValidateFlagGroups()
	if err == nil {
		return nil
	}
	said := err.Error() // "… none of the others can be; [a b] were all set"
	names := strings.Fields(strings.Trim(said[strings.LastIndex(said, "[")+1:strings.LastIndex(said, "]")+1], "]"))
	if len(names) < 2 {
		return usage(err)
	}
	return usage(catalog.Errorf("--%s and --%s do not go together: leave out one of them", names[0], names[1]))
}

// wanted says what a flag of a simple type takes.
func wanted(flag *pflag.Flag) error {
	if flag.Value.Type() == "bool" {
		return catalog.Errorf("it is true or false, and true without a value")
	}
	return catalog.Errorf("it must be a whole number, 0 or more")
}

// noArgs refuses arguments, and names the command that was meant.
func noArgs(cmd *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case !cmd.HasAvailableSubCommands():
		return usage(catalog.Errorf("%s takes no arguments, but was given %q", cmd.CommandPath(), args[0]))
	}
	cmd.SuggestionsMinimumDistance = 2
	if near := cmd.SuggestionsFor(args[0]); len(near) > 0 {
		return usage(catalog.Errorf("there is no %s %s; did you mean %[1]s %[3]s?", cmd.CommandPath(), args[0], near[0]))
	}
	return usage(catalog.Errorf("there is no %s %s; %[1]s --help lists what there is", cmd.CommandPath(), args[0]))
}

// oneArg allows one argument, which is what; required does not do without.
func oneArg(what string, required bool) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == 0 && !required:
			return nil
		case len(args) == 0:
			return usage(catalog.Errorf("say which: %s %s", cmd.CommandPath(), what))
		case len(args) > 1:
			return usage(catalog.Errorf("%s takes one %s, and there are %d; a name with spaces goes in quotes", cmd.CommandPath(), what, len(args)))
		case args[0] == "":
			return usage(catalog.Errorf("%s was given an empty %s", cmd.CommandPath(), what))
		}
		return nil
	}
}
