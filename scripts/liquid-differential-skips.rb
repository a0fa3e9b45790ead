# frozen_string_literal: true

# Where Liquid 5.13 differs from 5.4 by design, so that a difference is none.
module Skips
  def self.text(answer) = answer["output"] || answer["error"]["message"]

  RULES = {
    "an error that is not Liquid's own is 'internal'" => lambda { |_, wanted, got|
      wanted["error"] && !wanted["error"]["message"].start_with?("Liquid::") && got["error"]
    },
    "raw takes hyphens" => ->(work, _, _) { work["template"] =~ /\braw\s*-|-\s*endraw|endraw\s*-/ },
    "an end tag of raw may stand in an output" => lambda { |work, wanted, _|
      work["template"].include?("raw") && text(wanted).include?("'raw' tag was never closed")
    },
    "comments do not parse their inside" => lambda { |work, wanted, got|
      work["template"].include?("comment") && wanted["error"] && text(wanted) != text(got)
    },
    "tablerow says what is not an integer" => lambda { |work, wanted, got|
      work["template"].include?("tablerow") && text(got).include?("invalid integer") && text(wanted) =~ /internal|to_i/
    },
    "a tablerow without cols is one row" => lambda { |work, _, _|
      work["template"] =~ /tablerow [^%]*%\}[^{]*\{\{ tablerowloop\.(col_last)/
    },
    "tablerow ends by break" => ->(work, _, _) { work["template"] =~ /tablerow/ && work["template"] =~ /break|continue/ },
    "errors of case, tablerow, cycle, include and render cite their markup" => lambda { |_, wanted, got|
      text(got).start_with?(text(wanted)) && text(got).include?(" in \"")
    },
    "for takes commas and says which attribute it does not know" => lambda { |_, wanted, got|
      text(wanted) =~ /Expected end_of_string but found (comma|id) in "\w+ in /
    },
    "an output ends with a tag inside it" => ->(work, _, _) { work["template"] =~ /\{\{[^}]*\{%/ },
    "a partial's syntax errors name it" => lambda { |_, wanted, got|
      text(wanted) == text(got).gsub(/Liquid syntax error \([\w.\/]+ line/, "Liquid syntax error (line")
    },
    "names of templates are text" => ->(_, _, got) { text(got).include?("Illegal template name") },
    "places beyond 64 bits are cut" => ->(_, wanted, got) { text(wanted) =~ /internal|bignum/ && got["output"] },
    "newline_to_br takes line ends of Windows" => ->(work, _, _) { work["template"].include?("newline_to_br") },
    "decoded base64 is text" => ->(work, _, _) { work["template"].include?("base64") },
    "no property of a text selects nothing" => ->(_, wanted, _) { text(wanted).include?("cannot select the property ''") },
    "times beyond 64 bits are none" => ->(work, _, _) { work["template"] =~ /(9999999999|big).* date/ },
    "equal keys keep their order" => ->(work, _, _) { work["template"].include?("sort_natural") },
    "counts of words beyond 64 bits are cut" => ->(work, _, _) { work["template"] =~ /truncatewords: (big|9{20})/ },
    "a hash of named arguments is its text" => ->(work, _, _) { work["template"] =~ /default: allow_false/ },
    "breaks of a partial over a list are one" => ->(work, _, _) { work["template"] =~ /for i in [^%]*%\}\{% include 'stop' (for|with)/ },
    "ranges are of whole numbers" => ->(_, _, got) { text(got).include?("in range expression") }
  }.freeze

  def self.reason(work, wanted, got)
    RULES.find { |_, test| test.call(work, wanted, got) }&.first
  end
end
