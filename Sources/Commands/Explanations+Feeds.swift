import CommandTree

/// Feeds: making them, and the file as a whole.
extension Explanations {
  static let feeds = [
    Entry(
      "feed.settings", "a channel's settings name something that is not there",
      "For example a market, a language, a tier or a storefront that does not exist.",
      "Correct the file in channels/; the help line says what there is.", exit: .usage),
    Entry(
      "feed.attribute-source", "a channel takes a value from a place that does not exist",
      "Sources are option:, metafield:, tag:, =text and certain fields.",
      "Correct the source; write = before a text that is the value itself.", exit: .findings),
    Entry(
      "feed.files", "a feed's file cannot be read or written",
      "It was not built, or is not readable.",
      "Run `trumeau feed build`, and check the rights of the folder."),
    Entry(
      "feed.outdated", "a feed names what has become private",
      "It was written before the product was hidden, so the new site is published without it.",
      "Write it anew: `trumeau feed build`.", exit: .done),
    Entry(
      "feed-shrink", "a feed would have far fewer items than last time",
      "A marketplace deletes what a feed lacks, so the feed was not published.",
      "Look at the mirror; if it is right, use --allow-shrink."),
    Entry(
      "feed-empty", "a feed has no items",
      "No product is public and for sale in this market. The old feed stays.",
      "`trumeau explain price SKU` tells why a product is not for sale; --allow-shrink publishes "
        + "all the same."),
    Entry(
      "price-page-mismatch", "feed and page tell different prices",
      "They were built from different states of the mirror, or one of them was edited.",
      "Run `trumeau build && trumeau feed build`.", exit: .findings),
    Entry(
      "snapshot-mismatch", "feed and pages are of different states of the catalogue",
      "One of them was built after a pull or an edit, and the other was not.",
      "Run `trumeau build && trumeau feed build`.", exit: .findings),
    Entry(
      "jsonld-feed-mismatch", "feed and page tell different things",
      "The page's data for search engines lacks the item or has another availability.",
      "Run `trumeau build && trumeau feed build`.", exit: .findings),
  ]

  static let feedFile = [
    finding(
      "feed-size", "the feed is too large", "The channel takes 4 GB.",
      "Compress it, or split it into several channels."),
    finding(
      "feed-root", "the file is no feed", "It begins with neither <rss> nor an Atom <feed>.",
      "Check that it is the right file."),
    finding(
      "feed-namespace", "the prefix g stands for the wrong name",
      "Google reads only attributes of its own namespace.",
      "Declare xmlns:g exactly as the help line says."),
    finding(
      "xml-wellformed", "the file is not XML",
      "A tag is not closed, or a sign is not escaped; after that nothing can be read.",
      "Correct it at the place named."),
    finding(
      "xml-doctype", "the file has a document type", "Feeds need none, and readers refuse it.",
      "Remove <!DOCTYPE …>."),
    finding(
      "xml-illegal-char", "the file holds a control character", "XML has no way to write them.",
      "Remove the character from the text it came from."),
    finding(
      "xml-encoding", "the file is not UTF-8", "Letters with accents would come out wrong.",
      "Save it as UTF-8."),
    finding(
      "xml-bom", "the file begins with a byte order mark", "It is not needed and does no harm.",
      "Save it as UTF-8 without BOM.", exit: .done),
    finding(
      "unknown-attribute", "the channel has no such attribute", "Usually it is misspelt.",
      "Correct the name; the help line suggests the nearest one."),
    finding(
      "duplicate-attribute", "an attribute stands more than once", "Only one of them can count.",
      "Remove the others."),
    finding(
      "too-many", "an attribute stands too often", "The channel reads only the first ones.",
      "Keep the most important ones."),
    finding(
      "empty-value", "an attribute is empty", "The channel takes it for a mistake.",
      "Leave it out, or give it a value."),
    finding(
      "required-missing", "an item lacks an attribute that it must have",
      "The channel refuses items without it.", "Add it in the shop, or leave the item out."),
    finding(
      "subattribute-missing", "part of an attribute is missing",
      "Some attributes are groups of values that belong together.", "Add the part that is named."),
    finding(
      "length", "a value is too long", "The channel cuts or refuses it.",
      "Shorten it to the length named."),
    finding(
      "enum", "a value is none of those that the channel knows",
      "The attribute takes only certain words.", "Use one of the words listed."),
    finding(
      "enum-normalise", "a value is spelt in another way than the channel's", "It is guessed.",
      "Write it as the message says.", exit: .done),
    finding(
      "range", "a number is out of range", "The channel refuses it.", "Correct the number."),
    finding(
      "date-format", "a date has the wrong form", "Dates are written as 2026-12-24T10:00:00+01:00.",
      "Write it so."),
    finding(
      "date-range-format", "a span of time has the wrong form",
      "It is two times with a slash between them.", "Write it as the help line says."),
    finding(
      "date-range-order", "a span of time ends before it begins", "The two may be swapped.",
      "Correct one of them."),
    finding(
      "unit-mismatch", "a measure has no unit that the channel knows", "It is a number and a unit.",
      "Use one of the units listed."),
    finding(
      "country-code", "a country is not known", "Countries are two capital letters.",
      "Use the code of ISO 3166-1; the United Kingdom is GB."),
    finding(
      "url-invalid", "an address is not a web address", "It must begin with https:// or http://.",
      "Write the whole address."),
    finding(
      "url-scheme", "an address is not a web address", "It begins with something other than http.",
      "Write a web address."),
    finding(
      "url-length", "an address is too long", "The channel takes 2,000 characters.",
      "Shorten it."),
    finding(
      "url-not-encoded", "an address holds signs that must be encoded",
      "Spaces and letters with accents are written with a percent sign.", "Encode them.",
      exit: .done),
    finding(
      "url-domain", "an address is on another site",
      "The channel takes only pages of the site that it verified.",
      "Correct base_url of the storefront, or the address."),
  ]

  /// A finding of `feed validate`. Where it is only a warning, the exit code stays 0.
  static func finding(
    _ code: String, _ title: String, _ cause: String, _ remedy: String,
    exit: ExitCode = .findings
  ) -> Entry {
    Entry(code, title, cause, remedy, exit: exit)
  }
}
