package cli

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/spf13/cobra"

	"unibox/api/sandbox"
	"unibox/state/supervise"
	"unibox/ui/catalog"
)

// The largest worlds that are of use and fit into memory.
const (
	mostConversations = 1_000_000
	mostMessages      = 10_000_000
)

// world is what the invented customers are like.
type world struct {
	seed                    uint64
	conversations, messages int
	quiet                   bool
	// plain: no customer is hard to show.
	plain bool
	// second: there is an account on Pact's p2, too.
	second bool
}

func (w *world) flags(cmd *cobra.Command) {
	cmd.Flags().Uint64Var(&w.seed, "seed", 1, "`number` that all customers and messages follow from")
	w.conversations, w.messages = 60, 10_000
	cmd.Flags().Var(numberFlag{&w.conversations, 1, mostConversations}, "conversations", "the `number` of conversations")
	cmd.Flags().Var(numberFlag{&w.messages, 1, mostMessages}, "messages", "the `number` of messages in the longest history")
	cmd.Flags().BoolVar(&w.second, "p2", false, "one more account, on Pact's p2: WhatsApp Business with its time limit, templates, quotes")
	cmd.Flags().BoolVar(&w.quiet, "quiet", false, "no customer writes, not even an answer")
}

func (w world) server() *sandbox.Server {
	return sandbox.New(sandbox.Options{Seed: w.seed, Conversations: w.conversations, Messages: w.messages, Quiet: w.quiet, Plain: w.plain})
}

// config is what a client needs for the accounts of a server.
func (w world) config(server *sandbox.Server, origin string) string {
	all := server.Accounts(origin)
	if w.second {
		all = append(all, server.Second(origin))
	}
	return sandbox.Config(all)
}

type sandboxOptions struct {
	addr  string
	world world
}

// serve runs the sandbox alone: it prints a config, then serves until ctx ends.
func serve(ctx context.Context, o sandboxOptions, out io.Writer) error {
	listener, err := listen(o.addr)
	if err != nil {
		return err
	}
	server := o.world.server()
	if _, err := io.WriteString(out, o.world.config(server, origin(listener))); err != nil {
		listener.Close()
		return catalog.Errorf("print the config: %w", err)
	}
	log := slog.New(slog.NewTextHandler(os.Stderr, nil))
	g := supervise.NewGroup(ctx, log)
	host(g, server, listener, log)
	<-g.Context().Done()
	return g.End()
}

// host runs server and the life of its customers in g, on listener, which it
// closes in the end.
func host(g *supervise.Group, server *sandbox.Server, listener net.Listener, log *slog.Logger) {
	web := &http.Server{
		Handler: server, ReadHeaderTimeout: 10 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	context.AfterFunc(g.Context(), func() { web.Close() })
	g.Go("the sandbox's customers", server.Run)
	g.Go("the sandbox", func(context.Context) error {
		if err := web.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			return err
		}
		return nil
	})
}

// origin is where a client on this machine reaches listener.
func origin(listener net.Listener) string {
	addr := *listener.Addr().(*net.TCPAddr)
	if addr.IP.IsUnspecified() {
		addr.IP = net.IPv4(127, 0, 0, 1)
	}
	return "http://" + addr.String()
}
