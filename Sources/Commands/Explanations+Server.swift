import CommandTree

/// The reference API: its store, its port and its seeds.
extension Explanations {
  static let server = [
    Entry(
      "server.port-in-use", "another program has the port",
      "Only one program can listen at a port. An earlier `serve` may still run.",
      "Stop the other program, or choose another port with --port; 0 takes a free one."),
    Entry(
      "server.bad-address", "the address is not one of this machine",
      "A server can only listen at addresses of the machine that it runs on.",
      "Leave --host out, or use 127.0.0.1."),
    Entry(
      "server.not-permitted", "the port needs rights that you do not have",
      "Ports below 1024 are for the administrator.", "Choose a higher port with --port."),
    Entry(
      "server.failed", "the server could not start", "The message has the system's words.",
      "Try another port with --port 0."),
    Entry(
      "api.store-unusable", "the API's database cannot be used",
      "The file that --store names is damaged, is no database of the API, or may not be written.",
      "Check the path and its rights, or name another file."),
    Entry(
      "api.store-busy", "another program writes the API's database",
      "It waited for its turn, and the turn did not come.", "Try again in a moment."),
    Entry(
      "api.disk-full", "the disk is full", "What was to be stored was given back whole.",
      "Free some space and run the command again."),
    Entry(
      "api.no-tenant", "the API has no such tenant",
      "A tenant comes into being with its first seed or token.", "Check the name after --tenant."),
    Entry(
      "api.no-token", "the API has no token with this id",
      "The id is not the token itself; it begins with tok_.",
      "`trumeau api token list` shows the ids."),
    Entry(
      "api.no-webhook", "the API has no webhook with this id",
      "The id begins with whk_; the secret, which begins with whsec_, is something else.",
      "`trumeau api webhook list` shows the ids."),
    Entry(
      "api.bad-address", "a webhook cannot go to this address",
      "Messages are sent over HTTP.", "Give an address that begins with https:// or http://."),
  ]

  static let seed = [
    Entry(
      "seed.json", "a line of the seed is not a JSON object",
      "A seed has one JSON object a line, without line breaks inside.",
      "Correct the line at the column named.", exit: .usage),
    Entry(
      "seed.type", "a line of the seed has no type, or an unknown one",
      "Each line says what it is: product, variant, price and so on.",
      "Correct `type`; the message lists the types.", exit: .usage),
    Entry(
      "seed.id", "a line of the seed has no usable id",
      "Each record needs an id of 1 to 255 characters.", "Add or shorten `id`.", exit: .usage),
    Entry(
      "seed.member", "a line of the seed has a member that does not exist",
      "What a record says stands under attributes and links.",
      "Correct the name, or move it under attributes.", exit: .usage),
    Entry(
      "seed.missing", "a record lacks something that it needs",
      "The message names the place of what is missing.", "Add it to the line.", exit: .usage),
    Entry(
      "seed.unknown-member", "a record has an attribute that does not exist",
      "Usually it is misspelt.", "Correct the name; docs/api.md lists all of them.", exit: .usage),
    Entry(
      "seed.wrong-type", "a value is of the wrong kind",
      "For example text where a number is wanted.",
      "Correct the value.", exit: .usage),
    Entry(
      "seed.not-allowed", "a value is none of those allowed",
      "The attribute takes only certain words or numbers.",
      "Use one of those that the message lists.", exit: .usage),
    Entry(
      "seed.bad-format", "a text has the wrong form",
      "For example a time that is not like 2026-12-01T09:00:00Z.", "Write it in the form named.",
      exit: .usage),
    Entry(
      "seed.bad-length", "a text or list is too long or too short",
      "The message tells the bounds.", "Shorten or lengthen it.", exit: .usage),
    Entry(
      "seed.out-of-range", "a number is too large or too small", "The message tells the bounds.",
      "Correct the number.", exit: .usage),
    Entry(
      "seed.too-many-decimals", "an amount has a fraction",
      "Amounts are whole numbers of the smallest unit: 1850.00 EUR is 185000.",
      "Write the amount in cents, or whatever the currency's smallest unit is.", exit: .usage),
    Entry(
      "seed.not-unique", "a list has the same element twice", "Each may stand only once.",
      "Remove one of the two.", exit: .usage),
    Entry(
      "seed.not-exactly-one", "exactly one of several members is needed",
      "None is given, or more than one.", "Keep one of those that the message names.", exit: .usage),
    Entry(
      "seed.dangling", "a link leads to a record that does not exist",
      "The other record is in none of the lines and not in the store.",
      "Add the record, or correct the id.", exit: .usage),
    Entry(
      "seed.still-referenced", "other records still link to a record",
      "It cannot go while they need it.", "Change or remove the records that link to it first.",
      exit: .usage),
    Entry(
      "seed.immutable", "a value that may not change was changed",
      "It was fixed when the record was made.", "Give it its old value, or make another record.",
      exit: .usage),
    Entry(
      "seed.repeated", "a record stands in the seed twice", "Two lines have one type and id.",
      "Remove one of the two lines.", exit: .usage),
    Entry(
      "seed.unique-violation", "two records have one name",
      "For example two products with one handle, or two variants with one SKU.",
      "Give one of them another name.", exit: .usage),
  ]
}
