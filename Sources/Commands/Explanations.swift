import CommandTree

/// What every error code means and what to do about it. The codes are a contract.
enum Explanations {
  struct Entry: Sendable {
    let code: String
    let title: String
    let cause: String
    let remedy: String
    let exit: ExitCode

    init(
      _ code: String, _ title: String, _ cause: String, _ remedy: String, exit: ExitCode = .failed
    ) {
      self.code = code
      self.title = title
      self.cause = cause
      self.remedy = remedy
      self.exit = exit
    }
  }

  static let all: [Entry] = general + settings + signIn + pull + mirror

  static func entry(_ code: String) -> Entry? { all.first { $0.code == code } }

  /// What to do, as help of an error.
  static func remedy(_ code: String) -> String? { entry(code)?.remedy }

  private static let general = [
    Entry(
      "usage", "the words do not fit the command",
      "A command, option or argument is unknown, missing or given twice.",
      "Look at --help of the command; its examples come first.", exit: .usage),
    Entry(
      "machine.refused", "the system refused to read or write",
      "A file or folder is missing, or the rights for it are.",
      "Check the path that the message names, and who owns it."),
    Entry(
      "machine.disk-full", "the disk is full",
      "There was no room for what had to be written. What was there before is unharmed.",
      "Free some space and run the command again; it goes on where it stopped."),
    Entry(
      "internal", "a mistake of this program",
      "Something happened that its authors did not think of. Nothing is lost.",
      "Please report it with the message and what you did."),
  ]

  private static let settings = [
    Entry(
      "config.no-project", "there is no project here",
      "A project is a folder with a trumeau.yaml. It is looked for here and in the folders above.",
      "Go to the project's folder, or name it with --project.", exit: .usage),
    Entry(
      "config.unreadable", "a settings file cannot be read", "The file is missing or not readable.",
      "Check that the file exists and that you may read it.", exit: .usage),
    Entry(
      "config.unknown-key", "a settings file has a key that does not exist",
      "Unknown keys are errors, because they are nearly always slips of the pen.",
      "Correct the key; `trumeau schema config` lists all of them.", exit: .usage),
    Entry(
      "config.missing-key", "a settings file lacks a key",
      "The key has no default that could be right.", "Add the key that the message names.",
      exit: .usage),
    Entry(
      "config.wrong-value", "a setting has a value of the wrong kind",
      "For example a word where a number is wanted.", "Correct the value at the place named.",
      exit: .usage),
    Entry(
      "config.unknown-market", "a storefront names a market that it does not have",
      "default_market must be one of the keys under markets.", "Correct one or the other.",
      exit: .usage),
    Entry(
      "config.no-storefront", "there is no such storefront",
      "Storefronts are the files in the folder storefronts.",
      "Use the name of one of them, without .yaml.", exit: .usage),
  ]

  private static let signIn = [
    Entry(
      "sign-in.no-token", "there is no token for the commerce API",
      "The token is read from TRUMEAU_TOKEN or from the file that api.token_file names.",
      "Put a token into that file and give it mode 600.", exit: .signInNeeded),
    Entry(
      "sign-in.refused", "the token is not valid", "It was mistyped, revoked or has expired.",
      "Make a new one: `trumeau api token create`.", exit: .signInNeeded),
  ]

  private static let pull = [
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

  private static let mirror = [
    Entry(
      "mirror.missing", "there is no mirror yet", "Nothing has been pulled into this project.",
      "Run `trumeau pull`."),
    Entry(
      "mirror.in-use", "another trumeau writes the mirror", "Only one process may write at a time.",
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
      "Remove the file and pull again: the mirror can always be made anew."),
    Entry(
      "mirror.disk-full", "the disk is full",
      "The page that was being stored was given back whole.",
      "Free some space and pull again."),
    Entry(
      "mirror.no-snapshot", "a snapshot was no longer open",
      "Another pull finished or abandoned it meanwhile.", "Pull again."),
    Entry(
      "mirror.unreadable", "a stored record cannot be decoded",
      "It was stored by another version of this program.", "`trumeau pull --full` reads it again."),
    Entry(
      "mirror.question", "the question cannot be answered",
      "It is not SQL, or it would change something.", "See docs/mirror.md for the tables.",
      exit: .usage),
    Entry(
      "mirror.storage", "the mirror cannot be read or written",
      "SQLite or the file system refused.", "Check the disk and the rights of the folder."),
    Entry(
      "mirror.no-such-sku", "the mirror has no such SKU", "It may be misspelt, or not pulled yet.",
      "Look with `trumeau mirror sql`, or pull."),
  ]
}
