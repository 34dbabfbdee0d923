package main

import (
	"fmt"
	"path/filepath"

	"github.com/adrg/xdg"
	"github.com/spf13/cobra"

	"unibox/keymap"
	"unibox/state/config"
)

func rootCommand() *cobra.Command {
	var o liveOptions
	root := &cobra.Command{
		Use:   "unibox",
		Short: "A unified inbox in the terminal",
		Long: "unibox shows the conversations of every configured account in one list, and\n" +
			"answers them. It reads " + config.Path() + ".",
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
		RunE:          func(cmd *cobra.Command, _ []string) error { return live(cmd.Context(), o) },
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	o.flags(root)
	root.AddCommand(accountCommand(), demoCommand(), doctorCommand(), sandboxCommand(), keysCommand(), versionCommand(), wipeCommand())
	return root
}

func (o *liveOptions) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&o.config, "config", config.Path(), "the config `file`")
	stateFlag(cmd, &o.state)
}

func stateFlag(cmd *cobra.Command, into *string) {
	cmd.Flags().StringVar(into, "state", filepath.Join(xdg.StateHome, "unibox"), "the `folder` of drafts, outbox and cache")
}

func demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Try it: the whole program on invented customers, without an account",
		Args:  noArgs,
		RunE:  func(cmd *cobra.Command, _ []string) error { return demo(cmd.Context(), o) },
	}
	cmd.Flags().StringVar(&o.state, "state", "", "keep the state in this `folder` (default: a temporary one)")
	o.world.flags(cmd)
	return cmd
}

func sandboxCommand() *cobra.Command {
	var o sandboxOptions
	cmd := &cobra.Command{
		Use:   "sandbox",
		Short: "Serve the demo's platforms for curl and other clients",
		Long: "sandbox serves the platforms of the demo over HTTP. It prints a config for\n" +
			"them to standard output and serves until it is interrupted.",
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return serve(cmd.Context(), o, cmd.OutOrStdout()) },
	}
	cmd.Flags().StringVar(&o.addr, "addr", "127.0.0.1:4010", "the `address` to serve on")
	o.world.flags(cmd)
	return cmd
}

func keysCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "keys",
		Short: "Print every action with its keys, as Markdown",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprint(cmd.OutOrStdout(), keymap.Markdown())
			return err
		},
	}
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "unibox", version())
			return err
		},
	}
}
