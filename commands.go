package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"unibox/keymap"
)

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "unibox",
		Short:         "A unified inbox in the terminal",
		Args:          noArgs,
		SilenceErrors: true,
		SilenceUsage:  true,
	}
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usage(err) })
	root.AddCommand(sandboxCommand(), keysCommand(), versionCommand())
	return root
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
