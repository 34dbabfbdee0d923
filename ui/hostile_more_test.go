package ui

import (
	"context"
	"time"

	"unibox/api"
)

// What Pact's second version can do besides, with texts as nasty as the rest.

var (
	_ api.Archiver   = (*hostile)(nil)
	_ api.Pinner     = (*hostile)(nil)
	_ api.Answerer   = (*hostile)(nil)
	_ api.Noter      = (*hostile)(nil)
	_ api.IDAssigner = (*hostile)(nil)
	_ api.Checker    = (*hostile)(nil)
	_ api.Searcher   = (*hostile)(nil)
	_ api.Watcher    = (*hostile)(nil)
	_ api.Quoter     = (*hostile)(nil)
	_ api.Templater  = (*hostile)(nil)
	_ api.Pairer     = (*hostile)(nil)
)

func (h *hostile) SetArchived(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetPinned(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetAnswered(_ context.Context, id api.ConversationID, _ bool) (api.Conversation, error) {
	return h.set(id)
}
func (h *hostile) SetNote(_ context.Context, id api.ConversationID, _ string) error {
	_, err := h.set(id)
	return err
}
func (h *hostile) AssignByID(_ context.Context, id api.ConversationID, _ string) error {
	_, err := h.set(id)
	return err
}
func (h *hostile) Exists(context.Context, api.ChannelID, string) (api.Opt[bool], error) {
	return api.Opt[bool]{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Search(context.Context, string, api.PageRequest) (api.Page[api.Conversation], error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return api.Page[api.Conversation]{Items: h.list[:3], Total: 3}, nil
}
func (h *hostile) Message(_ context.Context, _ api.ConversationID, id api.MessageID) (api.Message, error) {
	m := sown[api.Message](h)
	m.ID = id
	return m, nil
}
func (h *hostile) Quote(context.Context, api.Outgoing, api.MessageID) (api.Receipt, error) {
	return api.Receipt{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) Templates(context.Context) ([]api.Template, error) {
	list := []api.Template{sown[api.Template](h), sown[api.Template](h)}
	for i := range list {
		list[i].Body += " {{1}} {{2}}"
	}
	return list, nil
}
func (h *hostile) SendTemplate(context.Context, api.TemplateMessage) (api.Receipt, error) {
	return api.Receipt{}, h.refusal(api.ErrInvalid)
}

// A code that is shown is no picture, and lives on.
func (h *hostile) pairing() (api.Pairing, error) {
	p := sown[api.Pairing](h)
	p.Done, p.QR, p.Expires = false, []byte(h.text("Pairing.QR")), time.Now().Add(time.Hour)
	return p, nil
}
func (h *hostile) Pair(context.Context, api.ChannelKind, map[string]string) (api.Pairing, error) {
	return h.pairing()
}
func (h *hostile) Pairing(context.Context, api.ChannelID) (api.Pairing, error) { return h.pairing() }
func (h *hostile) Confirm(context.Context, api.ChannelID, string) (api.Pairing, error) {
	return h.pairing()
}

var _ api.Bookkeeper = (*hostile)(nil)

func (h *hostile) BookForms() []api.BookForm {
	field := []api.ChannelField{{Name: "a", Label: h.text("Field.Label"), Required: true}}
	return []api.BookForm{{Kind: api.BookContact, Add: field, Change: field, Removes: h.text("Book.Removes")}, {Kind: api.BookGroup, Add: field, Change: field}}
}
func (h *hostile) AddToBook(context.Context, api.ChannelID, string, map[string]string) (api.Contact, error) {
	return sown[api.Contact](h), nil
}
func (h *hostile) ChangeInBook(context.Context, string, string, map[string]string) (api.Contact, error) {
	return api.Contact{}, h.refusal(api.ErrInvalid)
}
func (h *hostile) RemoveFromBook(context.Context, string, string) error {
	return h.refusal(api.ErrInvalid)
}

var _ api.Filer = (*hostile)(nil)

func (h *hostile) Files(context.Context, api.ConversationID) ([]api.StoredFile, error) {
	return []api.StoredFile{sown[api.StoredFile](h), sown[api.StoredFile](h)}, nil
}
func (h *hostile) RenameFile(context.Context, api.StoredFile, string) (api.StoredFile, error) {
	return sown[api.StoredFile](h), nil
}
func (h *hostile) DeleteFile(context.Context, api.StoredFile) error {
	return h.refusal(api.ErrInvalid)
}
