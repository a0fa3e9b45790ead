import CommandTree

/// Build: content, catalogue, templates, theme and leaks.
extension Explanations {
  static let build = [
    Entry(
      "build.errors", "content, templates or settings have errors",
      "The findings above this line say where. The old site stays as it was.",
      "Mend what they name and build again."),
    Entry(
      "build.duplicate-path", "two pages would have one address",
      "For example a content file and a product with one name.", "Rename the content file."),
    Entry(
      "build.mirror-changed", "the mirror changed while it was read",
      "A pull wrote to it during the build.", "Build again."),
    Entry(
      "build.mirror-empty", "the mirror has never been filled", "There is nothing to show yet.",
      "Run `trumeau pull`."),
    Entry(
      "build.foreign-files", "the folder of the pages has files that no build made",
      "A build puts a new folder in its place and removes all that it did not make.",
      "Move the files away, or name another folder as `output` of the storefront."),
    Entry(
      "build.mirror-stale", "the mirror is older than was allowed",
      "`--max-age` says how old the last answer of the shop may be; what is older might promise what is "
        + "sold. Nothing was published.",
      "Run `trumeau pull`, then build again."),
    Entry(
      "build.locked", "another build is at work", "Only one build may write the site at a time.",
      "Wait until it is done."),
    Entry(
      "build.files", "a file or folder refused",
      "The output folder or a file of the project cannot be read or written.",
      "Check the path that the message names, and who owns it."),
    Entry(
      "build.shrunk", "far fewer products would be shown than before",
      "A collection that had products lost most or all of them. That is nearly always a mistake in "
        + "the shop, so nothing was published.",
      "Look at the shop; if it is right, build with --allow-shrink."),
    Entry(
      "build.no-such-page", "the last build made no such page",
      "The address or path is not in the manifest of the last build: it was never made, or is gone.",
      "Look at the address, or list all outputs: `trumeau mirror sql \"select path from output\"`."),
    Entry(
      "rollback.nothing", "nothing is kept of a state before this one",
      "The last build was the first, or has been taken back already: one build can be taken back, not "
        + "two.",
      "Bring templates, content and shop into the state that you want, and build."),
    Entry(
      "build.leak", "a private value was found in an output",
      "A page, feed or file holds something that its visitors may not see. Nothing was published.",
      "Find the template or content that writes it; the findings name the file and the record. "
        + "Nothing loosens this check.",
      exit: .leak),
    Entry(
      "site.not-built", "there is no site to show yet", "`serve --built` shows what build made.",
      "Run `trumeau build` first."),
  ]

  static let gating = [
    Entry(
      "gating.keys", "a key file cannot be used",
      "It is damaged, or others than its owner may read it. Keys of tiers are in .trumeau/keys.",
      "Mend what the message names; keep a copy of that folder."),
    Entry(
      "gating.mode", "the gating of the settings does not fit",
      "The command is about tiers that are sealed or gated by the edge, and the settings name none.",
      "Set `gating` in the storefront's settings.", exit: .usage),
    Entry(
      "gating.not-built", "there is nothing to seal or to search",
      "There is no build, or what stands in a root is not what was published.",
      "Run `trumeau build`."),
  ]

  static let content = [
    Entry(
      "content.place", "a content file stands in the wrong folder",
      "Pages are made from pages/, journal/ and products/.", "Move the file to one of them."),
    Entry(
      "content.name", "a file's name cannot be part of an address",
      "It holds spaces or signs that mean something in an address.",
      "Name it with letters, digits and hyphens."),
    Entry(
      "content.locale", "a content file is in a language that the storefront lacks",
      "The letters before .md name a language. The file is left out.",
      "Add the language to a market of the storefront, or rename the file.", exit: .done),
    Entry(
      "content.language-twice", "two files say one page in one language",
      "A file without a language in its name is in the first language of the storefront or in its "
        + "`source_locale`, and FR is the same language as fr. The file that is named is left out.",
      "Keep one of them.", exit: .done),
    Entry(
      "content.front-matter", "the front matter is never closed",
      "The settings at the top of a file stand between two lines of three hyphens.",
      "Add a line `---` below them."),
    Entry(
      "content.type", "a field of the front matter is of the wrong kind",
      "For example a list where a text is wanted.", "Correct the value at the place named."),
    Entry(
      "content.unknown-key", "the front matter has a field that does not exist",
      "Usually it is misspelt.", "Correct it; the message names the fields."),
    Entry(
      "content.not-owned", "a field of a product belongs to the shop",
      "Who may change a field stands under `fields` in trumeau.yaml.",
      "Change the field in the shop, and remove it here; or make it `shared`."),
    Entry(
      "content.product-id", "a file does not say which product it is about",
      "Files in products/ are joined to a product by its id; a file without one that has a title "
        + "makes a new product.",
      "Add `title:` for a new product. For one that exists add `id:`; `trumeau mirror sql \"select "
        + "id, handle from product\"` shows the ids."),
    Entry(
      "content.product-twice", "two files are about one product", "Only one of them could count.",
      "Keep one of them."),
  ]

  static let catalogue = [
    Entry(
      "catalogue.handle", "a handle cannot be part of an address",
      "It holds spaces or signs that mean something in an address. Where the message names a language it is "
        + "the translation of the handle into that language.",
      "Change the handle, or its translation, in the shop to letters, digits and hyphens, and pull."
    ),
    Entry(
      "catalogue.handle-twice", "two products have one handle",
      "Their pages would have one address: in every language, or in the one that the message names, where "
        + "both have the handle translated alike, or one has translated it into the other's own.",
      "Give one of them another handle in the shop, or translate the handle otherwise."),
    Entry(
      "catalogue.source-locale", "the language of the shop's own texts seems to be another one",
      "Without `source_locale` the texts of records are taken to be in the first language of the default "
        + "market, and translations into that language are not shown.",
      "Write `source_locale` into trumeau.yaml: the language that titles and descriptions have before they "
        + "are translated.", exit: .done),
    Entry(
      "catalogue.drop-unknown", "a drop names what the catalogue does not have",
      "Nothing is kept back under that name until a product or collection of that handle or id comes; "
        + "from then on it is.",
      "Correct the name in the file in drops/, unless the product is still to come.", exit: .done),
    Entry(
      "catalogue.redirect-shadowed", "a page stands where a redirect begins",
      "The page is shown and the redirect is left out.", "Remove the redirect in the shop.",
      exit: .done),
    Entry(
      "catalogue.redirect-query", "a redirect begins at an address with ? or #",
      "Hosts of static sites look at the path alone. It is left out.",
      "Let it begin at the path, without what stands behind ? or #.", exit: .done),
    Entry(
      "catalogue.redirect-loop", "a redirect leads back to itself", "It is left out.",
      "Mend or remove it in the shop.", exit: .done),
    Entry(
      "catalogue.redirect-duplicate", "two redirects begin at one address",
      "The second one is left out.", "Remove one of them in the shop.", exit: .done),
  ]

  static let templates = [
    Entry(
      "liquid.syntax", "a template cannot be read",
      "A tag is misspelt or not closed, or a brace is missing.",
      "Look at the place that is marked. Every {% if %} needs an {% endif %}, and so on."),
    Entry(
      "liquid.argument", "a filter or tag was given what it cannot use",
      "For example a text where a number is wanted.", "Check what stands after the filter's name."),
    Entry(
      "liquid.partial", "a template asks for a partial that does not exist",
      "Partials are the files in templates/partials and templates/sections.",
      "Correct the name, or add the file."),
    Entry(
      "liquid.nesting", "templates include each other without end",
      "A partial renders itself, perhaps by way of another one.",
      "Follow the notes `included from`, and break the circle."),
    Entry(
      "liquid.limit", "a template does too much",
      "It loops too often or writes too much for one page.",
      "Look for a loop inside a loop over all products; use limit. `templates.limits` in trumeau.yaml sets the bounds."
    ),
    Entry(
      "liquid.zero-division", "a template divides by zero", "The number to divide by is 0.",
      "Ask with {% if %} whether it is 0 first."),
    Entry(
      "liquid.number", "a template rounds a number that is not finite",
      "It came from a division or a very large number.", "Check the numbers that go in."),
    Entry(
      "liquid.undefined-variable", "a template uses a variable that does not exist",
      "It is misspelt, or this kind of page does not have it.",
      "Correct the name; the help line suggests the nearest one."),
    Entry(
      "liquid.undefined-filter", "a template uses a filter that does not exist",
      "It is misspelt, or it belongs to another platform.",
      "Correct the name; the help line suggests the nearest one."),
    Entry(
      "liquid.disabled", "a tag is not allowed here",
      "Some tags do not work inside partials that are rendered by {% render %}.",
      "Move the tag to the template that renders the partial."),
    Entry(
      "liquid.host", "the program could not do what a template asked",
      "The message has the cause.", "Check the values that the template hands over."),
    Entry(
      "liquid.operand", "a template compares or calculates with the wrong kinds of values",
      "For example a list with a number.", "Check both sides of the comparison or calculation."),
  ]

  static let theme = [
    Entry(
      "theme.words", "a file of the theme's words is not JSON",
      "The files in templates/locales hold the theme's words in each language.",
      "Correct it at the place named; often a comma is missing."),
    Entry(
      "theme.folder", "the folder of a storefront's theme is not there",
      "`theme` of the storefront names the folder of its templates; without it, `templates`.",
      "Correct the name, or put a theme there."),
    Entry(
      "text.encoding", "a file of the theme or the content is not UTF-8",
      "It was saved in another encoding, and pages would show it damaged.",
      "Open it in your editor, and save it as UTF-8."),
    Entry(
      "theme.missing-words", "the theme has no words for a key",
      "A template asks for words that no file in templates/locales has.",
      "Correct the key in the template, or add the words.", exit: .done),
    Entry(
      "theme.missing-asset", "the theme has no such file",
      "A template names a file that templates/assets does not have.",
      "Correct the name, or add the file.", exit: .done),
    Entry(
      "theme.page-size", "theme and storefront disagree on the size of a page",
      "The template's paginate has another number than page_size; the storefront's counts.",
      "Give both the same number.", exit: .done),
    Entry(
      "theme.structured-data", "structured_data is used on what the page is not about",
      "The filter describes the page's own product or article.",
      "Use it on `product` in pages/product, or on `article` in pages/article.", exit: .done),
    Entry(
      "theme.json", "a file or schema of the theme is not JSON",
      "Groups of sections, settings and what stands in {% schema %} are JSON.",
      "Correct it at the place named; often a comma is missing or one too many."),
    Entry(
      "theme.schema", "a schema of the theme is not right",
      "A setting lacks its id or type, has a type that does not exist, or a default that does not "
        + "fit its type.", "Correct it at the place named; docs/templates.md has the types."),
    Entry(
      "theme.setting", "a value does not fit its setting",
      "A group of sections or settings_data.json fills in a setting or block that the schema does "
        + "not have, or a value of another type.", "Correct the file at the place named."),
    Entry(
      "theme.section", "there is no such section or group",
      "A template or a group names a section or group that templates/sections does not have.",
      "Correct the name, or add the file."),
    Entry(
      "theme.layout", "there is no such layout",
      "A template asks for a layout that templates/layouts does not have.",
      "Correct the name, or write {% layout none %} for a page without one."),
    Entry(
      "theme.form", "a form cannot be sent",
      "A static site answers no forms. Those of type contact and product can be sent to an address "
        + "of yours.", "Set forms.contact or forms.product in the storefront's settings."),
    Entry(
      "media.missing", "a picture is not there",
      "The catalogue names a picture that the media folder does not have. The page is built all "
        + "the same.",
      "Put the picture into the folder; raster twins of drawings are made by your own tool.",
      exit: .done),
    Entry(
      "sitemap-host", "a page is not below the site's address",
      "A sitemap may name only pages of its own site.", "Correct base_url of the storefront."),
    Entry(
      "sitemap-loc-length", "a page's address is too long for a sitemap",
      "Search engines take 2,048 characters.", "Shorten the handle."),
  ]

  static let leaks = [
    leak("sku", "SKU or other code of a variant"),
    leak("handle", "handle of a product"),
    leak("title", "title of a product"),
    leak("image", "picture's file name"),
    leak("price", "price of a variant"),
  ]

  private static func leak(_ kind: String, _ what: String) -> Entry {
    Entry(
      "leak.\(kind)", "an output holds a private \(what)",
      "The visitors of this output may not see it, and yet it stands there, perhaps escaped or encoded; "
        + "prices count within 200 bytes of their code or handle. Nothing was published.",
      "Look in the file that the message names; usually a content file, a setting or a template "
        + "names the product.",
      exit: .leak)
  }
}
