import CommandTree

/// The program itself, settings, and the forms of files.
extension Explanations {
  static let machine = [
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
      "watch.secret", "the webhook secrets cannot be used",
      "The file of --secret-file is empty, or a line in it is not a secret of the scheme chosen.",
      "Write the secret that the shop showed when the webhook was made, one a line.", exit: .usage),
    Entry(
      "internal", "a mistake of this program",
      "Something happened that its authors did not think of. Nothing is lost.",
      "Please report it with the message and what you did."),
  ]

  static let settings = [
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
      "config.unknown-tier", "a storefront's gating names a tier that it does not have",
      "Each key under gating must be one of the tiers.", "Correct one or the other.",
      exit: .usage),
    Entry(
      "config.output-folder", "the folder of the pages holds something else too",
      "A build puts a new folder in the place of `output` and removes all that it did not make.",
      "Give the pages a folder of their own.", exit: .usage),
    Entry(
      "config.money-format", "a market's way of writing money is none",
      "money_format is text with one placeholder, as €{{amount}}.",
      "Use one of the placeholders that the help line lists, or leave the setting out."),
    Entry(
      "config.media-pattern", "media.pattern is no address of a picture",
      "It needs {url} and {width} or {height}, and may have {crop}.",
      "Write it as {url}?width={width}, or leave it out if pictures have one size."),
    Entry(
      "config.no-storefront", "there is no such storefront",
      "Storefronts are the files in the folder storefronts. Each says whose pages are built: its address, "
        + "its name, and the shop's markets with their languages.",
      "Use the name of one of them, without .yaml. Where there is none, write storefronts/main.yaml; this "
        + "is enough: { base_url: \"https://www.example.com\", shop: { name: My House }, "
        + "markets: { eu: { market: the market's id in the shop, locales: [en] } } }. `trumeau schema "
        + "storefront` tells everything that it may say.", exit: .usage),
  ]

  static let formats = [
    Entry(
      "yaml.syntax", "the text is not YAML",
      "Often the indentation is uneven, a quote is not closed, or a text holds a colon and a space. "
        + "In a settings file the exit code is 2.",
      "Look at the place that is marked; put quotes around a text with special characters."),
    Entry(
      "yaml.key", "a key is not a word",
      "A list or a group of keys stands where the name of a key belongs.",
      "Write a plain word before the colon."),
    Entry(
      "yaml.duplicate-key", "a key stands twice",
      "Only one of the two could count, and nobody can tell which is meant.",
      "Remove one of the two; the message names both lines."),
    Entry(
      "yaml.tag", "a YAML tag is not known",
      "Words that begin with an exclamation mark are tags, and settings need none.",
      "Remove the tag; put the value in quotes if it is text."),
    Entry(
      "yaml.alias", "YAML anchors are not allowed",
      "The signs & and * at the beginning of a value make references, which nobody reads easily.",
      "Write the value out where it is used; put it in quotes if it is text."),
    Entry(
      "yaml.several-documents", "a file holds more than one YAML document",
      "A line of three hyphens begins a new document.", "Remove the line `---`."),
    Entry(
      "yaml.depth", "the YAML is nested too deep", "No setting needs so many levels.",
      "Look for indentation that grows from line to line."),
    Entry(
      "format.json", "a file is not JSON", "It was cut short or edited by hand.",
      "Correct it at the place named, or make it anew."),
    Entry(
      "format.xml", "a file is not XML", "It was cut short or edited by hand.",
      "Correct it at the place named, or make it anew."),
    Entry(
      "format.gzip", "a compressed file is damaged", "It was cut short, or it is no gzip file.",
      "Make or fetch it again."),
  ]

  static let signIn = [
    Entry(
      "sign-in.no-token", "there is no token for the commerce API",
      "The token is read from TRUMEAU_TOKEN or from the file that api.token_file names.",
      "Put a token into that file and give it mode 600.", exit: .signInNeeded),
    Entry(
      "sign-in.refused", "the token is not valid", "It was mistyped, revoked or has expired.",
      "Make a new one: `trumeau api token create`.", exit: .signInNeeded),
  ]
}
