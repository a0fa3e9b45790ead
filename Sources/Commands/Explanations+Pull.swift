import CommandTree

/// Pull, the network and the mirror.
extension Explanations {
  static let pull = [
    Entry(
      "pull.incomplete", "the mirror does not hold all that the shop has",
      "Count or digest of a stream differ from the shop's, even after the differing records were read "
        + "again. Somebody may be writing to the shop right now.",
      "Pull again. If it stays, `trumeau pull --full` compares everything."),
    Entry(
      "pull.unauthenticated", "the API does not accept the token",
      "It was mistyped, revoked or has expired.", "Put a valid token in its place and pull again.",
      exit: .signInNeeded),
    Entry(
      "pull.forbidden", "the token may not read everything",
      "A scope is missing, such as catalog:read or pricing:read.",
      "Use a token with the scope that the message names."),
    Entry(
      "pull.unreachable", "the API cannot be reached",
      "No connection, or it broke again and again. The mirror is usable as it is.",
      "Check api.url and the network; the pull goes on where it stopped.", exit: .unreachable),
    Entry(
      "pull.unavailable", "the API asks to wait",
      "It answered 429 or 503 more often than patience allows.",
      "Pull again later; it goes on where it stopped.", exit: .unreachable),
    Entry(
      "pull.malformed", "the answers are not those of a commerce API",
      "The address may be that of the shop and not of its API.", "Check api.url."),
    Entry(
      "pull.refused", "the API refused a request", "The message has its words.",
      "Try `trumeau pull --full`, or ask whoever runs the API."),
    Entry(
      "pull.shrink", "too much would vanish at once",
      "More of a stream would be removed than max_shrink allows; that is nearly always a mistake on "
        + "the other side. Nothing was removed.",
      "Look at the shop; if it is right, pull with --allow-shrink."),
    Entry(
      "pull.interrupted", "the pull was stopped", "Somebody pressed Ctrl-C. The state is safe.",
      "Pull again; it goes on where it stopped.", exit: .interrupted),
  ]

  static let network = [
    Entry(
      "http.unreachable", "the address cannot be reached",
      "The name has no address, or there is no way to it.", "Check api.url and the network.",
      exit: .unreachable),
    Entry(
      "http.refused", "nothing answers at the address",
      "The machine is there, but nothing listens at the port.",
      "Start the API, or correct the port in api.url.", exit: .unreachable),
    Entry(
      "http.timed-out", "the answer took too long", "The connection is slow, or the API is.",
      "Try again later.", exit: .unreachable),
    Entry(
      "http.tls", "the certificate is not acceptable",
      "It has expired, is for another name, or nobody vouches for it.",
      "Ask whoever runs the API; check this machine's clock."),
    Entry(
      "http.broken", "the connection broke", "It ended before the answer was whole.",
      "Run the command again.", exit: .unreachable),
    Entry(
      "http.malformed", "the answer is not HTTP", "Something else listens at that port.",
      "Check api.url."),
    Entry(
      "http.too-large", "the answer is larger than can be meant",
      "The address may not be that of a commerce API.", "Check api.url."),
    Entry(
      "http.redirected", "the API points to another place",
      "A token is never sent to an address other than the one in the settings.",
      "Put the new address into api.url if you trust it."),
    Entry(
      "http.invalid-request", "the address cannot be used", "It is not a web address.",
      "Correct api.url."),
    Entry(
      "http.aborted", "the request was stopped", "Somebody pressed Ctrl-C.",
      "Run the command again.", exit: .interrupted),
  ]

  static let mirror = [
    Entry(
      "mirror.missing", "there is no mirror yet", "Nothing has been pulled into this project.",
      "Run `trumeau pull`."),
    Entry(
      "mirror.in-use", "another trumeau writes the mirror",
      "Only one process may write at a time, and this one has waited for the other.",
      "Wait until it is done; the message says which process it is."),
    Entry(
      "mirror.other-tenant", "the mirror holds another tenant's catalogue",
      "Tenants never share a mirror.", "Check tenant and mirror in trumeau.yaml, and the token."),
    Entry(
      "mirror.other-server", "the mirror was pulled from another server",
      "Ids of two servers must not be mixed.",
      "Give this site another mirror file, or remove the old one."),
    Entry(
      "mirror.newer", "the mirror was made by a newer trumeau",
      "An old program must not write it.", "Update trumeau."),
    Entry(
      "mirror.damaged", "the mirror's file is damaged",
      "SQLite or a digest says that bytes are not as they were written.",
      "Put the file aside, with those beside it that end in -wal and -shm, and pull again: what the shop has "
        + "comes back. Edits that were not sent yet are in that file alone, so do not delete it: a copy in a "
        + "backup has them, and `sqlite3 FILE .recover` reads what is left of it."),
    Entry(
      "mirror.disk-full", "the disk is full",
      "The page that was being stored was given back whole.",
      "Free some space and run the command again; it goes on where it stopped."),
    Entry(
      "mirror.no-snapshot", "a snapshot was no longer open",
      "Another pull finished or abandoned it meanwhile.", "Pull again."),
    Entry(
      "mirror.unreadable", "a stored record cannot be decoded",
      "It was stored by another version of this program.", "`trumeau pull --full` reads it again."),
    Entry(
      "mirror.no-record", "the record to be edited is not in the mirror",
      "It was never pulled, or the shop has deleted it.",
      "Run `trumeau pull`, or check the name."),
    Entry(
      "mirror.not-editable", "no page could be made from the edited record",
      "A field does not exist or has a value that it cannot have, or the record is deleted here.",
      "Correct the value that the message names; `trumeau withdraw` takes a deletion back."),
    Entry(
      "mirror.question", "the question cannot be answered",
      "It is not SQL, or it would change something.", "See docs/mirror.md for the tables.",
      exit: .usage),
    Entry(
      "mirror.terms", "what the storefront lays down does not fit the catalogue",
      "A rounding rule has more decimals than its market's currency, or a drop lets in a tier that the "
        + "shop does not have.",
      "Correct the storefront's `markets` or the file in drops/; the message names the place.",
      exit: .usage),
    Entry(
      "mirror.storage", "the mirror cannot be read or written",
      "SQLite or the file system refused.", "Check the disk and the rights of the folder."),
    Entry(
      "mirror.no-such-sku", "the mirror has no such SKU", "It may be misspelt, or not pulled yet.",
      "Look with `trumeau mirror sql`, or pull."),
  ]
}
