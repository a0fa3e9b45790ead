import CommandTree

/// Checks of what was built.
extension Explanations {
  static let checks = [
    Entry(
      "check.link", "a page links to something that was not built",
      "The address stands in a text, a menu or the theme; several pages with one link are told once. A link "
        + "that is only redirected works, and costs each visitor a step.",
      "Mend the address where it is written. A feed that pages link to has to be built first.",
      exit: .findings),
    Entry(
      "check.hreflang", "versions of a page do not name each other",
      "Search engines believe in a version of a page only where each names all others, itself included; "
        + "a set that differs is ignored as a whole. The switch that people see must lead where the head says.",
      "Build anew; if it stays, look at what the theme writes into the head besides "
        + "`content_for_header`, and at its links with `hreflang`: their addresses are those of "
        + "`localization.available_languages`.", exit: .findings),
    Entry(
      "check.redirect", "a redirect does not end at a page in one step",
      "Its target is another redirect, or nothing stands there.",
      "Mend the redirect in the shop, pull and build.", exit: .findings),
    Entry(
      "build.redirect-limit", "the host does not take that many or such long redirects",
      "The storefront names its host under `host`. Cloudflare Pages takes 2,000 redirects, 1,000 "
        + "characters a line and 100 KB a file; what is more it ignores silently. A map of Apache takes "
        + "1,023 bytes a line, S3 names of 1,024 bytes and targets of 2 KB, CloudFront stores of 5 MB with "
        + "keys of 512 bytes and values of 1 KB.",
      "Remove old redirects in the shop, or shorten their addresses."),
    Entry(
      "build.header-limit", "the host does not take that many rules for caches",
      "Cloudflare Pages reads 100 rules of a _headers file. There is one for each first part of an "
        + "address: languages and markets, and pages of the house at the root.",
      "Put pages of the house into folders, as pages/house/about.md."),
  ]
}
