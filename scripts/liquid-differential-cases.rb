# frozen_string_literal: true

# Random templates of the core language with data, as cases of `trumeau liquid render --batch`.
class Cases
  include Enumerable

  NAMES = %w[a b n f s u e list mixed hashes nested hash t d big deep missing blank_s neg].freeze

  DATA = {
    "a" => "Hello World", "b" => "a,b,,c", "n" => 7, "f" => 3.25, "neg" => -12,
    "s" => "  <b>x</b> & 'y' \"z\"\n two\r\nthree  ", "u" => "Grüße ÀÉ ßtraße 日本 ✓", "e" => "",
    "list" => [3, 1, 2, 1], "mixed" => [1, "1", nil, 2.5, true, "b", [4, [5, nil]], { "k" => 1 }],
    "hashes" => [{ "k" => 2, "name" => "b", "x" => true }, { "k" => 1, "name" => "A" },
                 { "k" => nil, "name" => "c", "x" => false }, { "name" => "a", "k" => 3 }],
    "nested" => [[1, 2], [3, [4]], []], "hash" => { "one" => 1, "two" => "zwei", "size" => 9 },
    "t" => true, "d" => "2024-02-29 13:05:09", "big" => 123_456_789_012_345_678_901_234,
    "deep" => { "first" => { "last" => [10, 20] }, "l" => [{ "v" => "w" }] }, "blank_s" => " \n ",
    "words" => ["banana", "Apple", "cherry", "apple"], "i" => 0, "key" => "one", "nil_v" => nil
  }.freeze

  LITERALS = [
    "1", "0", "-3", "2.5", "-0.5", "10", "100", "'x'", "''", "\"q\"", "'a b'", "true", "false",
    "nil", "empty", "blank", "(1..3)", "'3'", "'2.50'", "'abc'", "' 7 '", "(0..n)", "99999999999999999999",
    "1.0", "'k'", "'name'", "','", "' '", "'%Y-%m-%d'", "'now'", "'é'", "'<p>'", "1e3", "3.14159"
  ].freeze

  PATHS = %w[
    a b n f s u e list mixed hashes nested hash t d big deep missing blank_s neg words i key nil_v
    hash.one hash.two hash.size list.size list.first list.last hash.first hash.last a.size n.size f.size
    deep.first.last deep.l[0].v hash[key] list[0] list[-1] list[n] hashes[1].name hash['two']
    missing.x.y nested[1][1][0] hashes.first.k mixed.size mixed[7].k a.first list['0'] list.name
    u.size hash.missing t.x
  ].freeze

  FILTERS = {
    "append" => 1, "prepend" => 1, "upcase" => 0, "downcase" => 0, "capitalize" => 0, "strip" => 0,
    "lstrip" => 0, "rstrip" => 0, "strip_newlines" => 0, "newline_to_br" => 0, "replace" => 1..2,
    "replace_first" => 1..2, "replace_last" => 2, "remove" => 1, "remove_first" => 1, "remove_last" => 1,
    "truncate" => 0..2, "truncatewords" => 0..2, "split" => 1, "slice" => 1..2, "strip_html" => 0,
    "plus" => 1, "minus" => 1, "times" => 1, "divided_by" => 1, "modulo" => 1, "abs" => 0, "ceil" => 0,
    "floor" => 0, "round" => 0..1, "at_least" => 1, "at_most" => 1, "size" => 0, "first" => 0,
    "last" => 0, "join" => 0..1, "reverse" => 0, "concat" => 1, "compact" => 0..1, "uniq" => 0..1,
    "map" => 1, "sort" => 0..1, "sort_natural" => 0..1, "where" => 1..2, "sum" => 0..1, "escape" => 0,
    "h" => 0, "escape_once" => 0, "url_encode" => 0, "url_decode" => 0, "base64_encode" => 0,
    "base64_decode" => 0, "base64_url_safe_encode" => 0, "base64_url_safe_decode" => 0, "default" => 0..1,
    "date" => 1
  }.freeze

  OPERATORS = ["==", "!=", "<>", "<", ">", "<=", ">=", "contains"].freeze

  DATES = [
    "2024-02-29", "2024-02-29 13:05", "2024-02-29T13:05:09Z", "2024-02-29T13:05:09+02:00",
    "29 February 2024", "Feb 29, 2024", "February 29 2024 5pm", "Thu, 29 Feb 2024 13:05:09 GMT",
    "Thu Feb 29 13:05:09 2024", "1709211909", "20240229", "20240229T130509", "2024/02/29", "29.02.2024",
    "2/29/2024", "13:05", "1:05 pm", "March", "Mar 2024", "2024-03", "Friday", "fri 9:00", "now",
    "today", "NOW", "yesterday", "garbage", "", "2024-13-45", "2024-02-30", "1 Jan 1970", "12 Dec",
    "Dec 12", "2024", "Sat 3 Aug 2024", "3rd Feb 2001 04:05:06 PM", "2001-W05-6", "2001-034", "H13.02.03",
    "2024-02-29 13:05:09.123456", "2024-02-29 13:05:09 -0500", "2024-02-29 13:05 EST", "May 1 99",
    "10:00:00", "2024-1-5", "24-1-5", "5/6", "1/2/03", "Jan 5 2021 10:30 AM", "5th of November 1605",
    "2024-02-29T24:00:00", "noon", "23:59:60", "July 4", "sept 5 2020", "Tues 5 Mar 2024", "0", "-5"
  ].freeze

  FLAGS = ["", "", "", "", "-", "_", "0", "^", "#", "10", "-5", "03", "_6", ":", "::", "^10", "#3", "E", "O"].freeze
  LETTERS = "YCymBbhdejHkIlPpMSLNzZAauwGgVUWsnt%cDFvxXrRT+QqfKi".chars.freeze

  PARTIALS = {
    "card" => "[{{ card }}|{{ a }}|{{ x }}|{{ forloop.index }}]",
    "loop" => "{% for i in list %}{{ i }}{{ forloop.parentloop.index }}{% endfor %}",
    "set" => "{% assign a = 'set' %}{% increment c %}{% cycle 1, 2 %}",
    "broken" => "a\n{{ 1 | divided_by: 0 }}\nb", "syntax" => "x\n{% if %}", "stop" => "1{% break %}2",
    "item" => "({{ item }}{{ item.name }})", "inc" => "<{% include 'card' %}>", "ren" => "<{% render 'card', x: 1 %}>",
    "sub/part" => "{{ part }}{{ sub }}!"
  }.freeze

  def initialize(seed, only)
    @random = Random.new(seed)
    @only = only
  end

  def pick(list) = list[@random.rand(list.length)]
  def chance(share) = @random.rand < share
  def some(range) = range.is_a?(Integer) ? range : @random.rand(range)

  KINDS = {
    "filter" => :filter_case, "chain" => :chain_case, "arithmetic" => :arithmetic_case, "date" => :date_case,
    "condition" => :condition_case, "tags" => :tags_case, "loop" => :loop_case, "partial" => :partial_case,
    "space" => :space_case, "broken" => :broken_case, "case" => :when_case, "text" => :text_case
  }.freeze

  def each
    number = 0
    loop do
      kind = @only || pick(KINDS.keys)
      template = send(KINDS.fetch(kind))
      work = {
        "id" => "#{kind}:#{number += 1}", "template" => template, "data" => DATA,
        "mode" => pick(%w[strict lax]), "inline_errors" => chance(0.6), "now" => "2026-12-01T09:00:00Z"
      }
      work["partials"] = PARTIALS if template =~ /include|render/
      yield work
    end
  end

  def value = chance(0.55) ? pick(PATHS) : pick(LITERALS)

  def filter
    name, arity = pick(FILTERS.to_a)
    count = chance(0.05) ? @random.rand(0..3) : some(arity)
    arguments = Array.new(count) { value }
    arguments << "allow_false: #{pick(%w[true false n])}" if name == "default" && chance(0.3)
    arguments.empty? ? name : "#{name}: #{arguments.join(", ")}"
  end

  def output(expression)
    chance(0.5) ? "{{ #{expression} }}" : "{% assign z = #{expression} %}{{ z }}|{{ z.size }}|{% for y in z %}{{ y }};{% endfor %}"
  end

  def filter_case = output("#{value} | #{filter}")
  def chain_case = output(([value] + Array.new(@random.rand(2..4)) { filter }).join(" | "))

  NUMBERS = [
    "1", "0", "-7", "3", "2.5", "-0.5", "0.1", "10.0", "'3'", "'-2.50'", "'1e3'", "'1_000'", "'.5'", "'5.'",
    "' 4.5 '", "'+3'", "'0x1f'", "'12abc'", "'1.5abc'", "99999999999999999999", "12345678901234567890.5", "n", "f", "neg", "big",
    "1000000000000000.0", "12345678901234567.0", "0.00001", "1.005", "2.675", "nil", "true", "list", "'-0'", "0.0", "-0.0",
    "123456.789", "9007199254740993", "'--3'", "'- 3'", "a"
  ].freeze

  def arithmetic_case
    filters = Array.new(@random.rand(1..3)) do
      name = pick(%w[plus minus times divided_by modulo abs ceil floor round at_least at_most])
      case name
      when "abs", "ceil", "floor" then name
      when "round" then chance(0.5) ? name : "round: #{pick(["0", "1", "2", "-1", "-2", "'1'", "20", "n", "nil", "1.7", "'x'", "0.0"])}"
      else "#{name}: #{pick(NUMBERS)}"
      end
    end
    "{{ #{pick(NUMBERS)} | #{filters.join(" | ")} }}"
  end

  def date_case
    pattern = Array.new(@random.rand(1..3)) { "%#{pick(FLAGS)}#{pick(LETTERS)}" }.join("/")
    pattern = "%Y-%m-%d %H:%M:%S.%N %z %Z" if chance(0.5)
    "{{ '#{pick(DATES)}' | date: '#{pattern}' }}"
  end

  def condition
    parts = Array.new(@random.rand(1..3)) do
      chance(0.25) ? value : "#{value} #{pick(OPERATORS)} #{value}"
    end
    parts.drop(1).inject(parts.first) { |sum, part| "#{sum} #{pick(%w[and or])} #{part}" }
  end

  def condition_case
    tag = pick(%w[if unless])
    middle = chance(0.4) ? "{% elsif #{condition} %}Z" : ""
    "{% #{tag} #{condition} %}Y#{middle}{% else %}N{% end#{tag} %}"
  end

  def when_case
    arms = Array.new(@random.rand(0..3)) do
      values = Array.new(@random.rand(1..3)) { value }
      "{% when #{values.join(pick([", ", " or "]))} %}#{pick(%w[A B C])}"
    end
    arms.insert(@random.rand(0..arms.length), "{% else %}E") if chance(0.6)
    "{% case #{value} %}#{chance(0.2) ? " x " : ""}#{arms.join}{% endcase %}"
  end

  FIELDS = %w[index index0 rindex rindex0 first last length name parentloop.index parentloop.length
              parentloop.parentloop.index col row size x].freeze

  def options(names)
    names.filter_map { |name| chance(0.3) ? "#{name}: #{pick(["1", "2", "0", "-1", "n", "'2'", "'x'", "nil", "list", "f", "t", "continue", "missing", "-2", "1.5"])}" : nil }.join(chance(0.5) ? ", " : " ")
  end

  def source = chance(0.8) ? pick(%w[list hashes hash nested words a e n missing (1..4) (n..9) (3..1) (1..'3') (neg..2) mixed deep.l f t u]) : value

  def block(depth)
    Array.new(@random.rand(1..3)) { statement(depth - 1) }.join
  end

  def statement(depth)
    return ["t", " ", "\n", "{{ i }}", "{{ forloop.#{pick(FIELDS)} }}", "{{ #{value} }}", "{% assign a = i %}", "{% break %}", "{% continue %}"].then { |all| pick(all) } if depth <= 0

    case @random.rand(14)
    when 0, 1 then loop_of(depth)
    when 2 then "{% if #{condition} %}#{block(depth)}{% else %}#{block(depth)}{% endif %}"
    when 3 then "{% capture #{pick(%w[a c])} %}#{block(depth)}{% endcapture %}{{ c }}"
    when 4 then "{% cycle #{chance(0.3) ? "#{value}: " : ""}#{Array.new(@random.rand(1..3)) { value }.join(", ")} %}"
    when 5 then "{% #{pick(%w[increment decrement])} #{pick(%w[a n c])} %}"
    when 6 then "{% ifchanged %}#{block(depth)}{% endifchanged %}"
    when 7 then "{% assign #{pick(%w[a b c i])} = #{value} | #{filter} %}"
    when 8 then "{% comment %}#{block(depth)}{% endcomment %}"
    when 9 then "{% raw %}{{ a }}{% if %}{% endraw %}"
    when 10 then "{% echo #{value} | #{filter} %}"
    when 11 then "{% unless #{condition} %}#{block(depth)}{% endunless %}"
    when 12 then "{% liquid\n  assign c = #{value}\n  echo c\n  if c\n  echo '!'\n  endif\n%}"
    else "{{ forloop.#{pick(FIELDS)} }},"
    end
  end

  def loop_of(depth)
    if chance(0.25)
      "{% tablerow i in #{source} #{options(%w[cols limit offset])} %}#{pick(["{{ i }}", "{{ tablerowloop.#{pick(FIELDS + %w[col0 col_first col_last])} }}"])}{% endtablerow %}"
    else
      other = chance(0.3) ? "{% else %}none" : ""
      "{% for i in #{source} #{chance(0.2) ? "reversed " : ""}#{options(%w[limit offset])} %}#{block(depth)}#{other}{% endfor %}"
    end
  end

  def loop_case = Array.new(@random.rand(1..2)) { loop_of(2) }.join
  def tags_case = Array.new(@random.rand(1..4)) { statement(2) }.join + "{{ a }}{{ c }}{{ n }}"

  def partial_case
    tag = pick(%w[include render])
    name = chance(0.9) || tag == "render" ? "'#{pick(PARTIALS.keys + %w[CARD card.liquid none])}'" : pick(%w[a n nil_v missing key])
    subject = case @random.rand(4)
              when 0 then " with #{value}#{chance(0.5) ? " as #{pick(%w[item x])}" : ""}"
              when 1 then " for #{source}#{chance(0.5) ? " as #{pick(%w[item x])}" : ""}"
              else ""
              end
    arguments = chance(0.5) ? ", #{pick(%w[x a item])}: #{value}#{chance(0.3) ? ", i: #{value}" : ""}" : ""
    use = "{% #{tag} #{name}#{subject}#{arguments} %}"
    use = "{% for i in (1..2) %}#{use}{% endfor %}" if chance(0.3)
    "{% assign x = 'X' %}#{use}#{chance(0.3) ? use : ""}|{{ a }}{{ x }}{{ item }}{{ card }}{% increment c %}{% cycle 1, 2 %}"
  end

  SPACE = ["", " ", "\n", " \n ", "\t", "x", " x ", "\r\n", "\u00a0", "\v"].freeze

  def space_case
    dash = -> { chance(0.4) ? "-" : "" }
    pieces = Array.new(@random.rand(1..4)) do
      case @random.rand(6)
      when 0 then "{{#{dash[]} 'v' #{dash[]}}}"
      when 1 then "{%#{dash[]} assign q = 1 #{dash[]}%}"
      when 2 then "{%#{dash[]} if #{pick(%w[true false])} #{dash[]}%}#{pick(SPACE)}{%#{dash[]} endif #{dash[]}%}"
      when 3 then "{%#{dash[]} for i in (1..2) #{dash[]}%}#{pick(SPACE)}#{chance(0.5) ? "{{i}}" : "{% assign w = i %}"}#{pick(SPACE)}{%#{dash[]} endfor #{dash[]}%}"
      when 4 then "{%#{dash[]} comment #{dash[]}%}#{pick(SPACE)}{%#{dash[]} endcomment #{dash[]}%}"
      else "{%#{dash[]} raw #{dash[]}%}#{pick(SPACE)}{{ }}#{pick(SPACE)}{%#{dash[]} endraw #{dash[]}%}"
      end
    end
    pieces.map { |piece| pick(SPACE) + piece }.join + pick(SPACE)
  end

  # A good template with a bite out of it or something in the way.
  def broken_case
    template = send(pick(%i[filter_case condition_case when_case loop_case tags_case space_case partial_case]))
    template = "l1\n#{template}" if chance(0.5)
    @random.rand(1..2).times do
      at = @random.rand(template.length)
      if chance(0.2)
        next
      elsif chance(0.5)
        template = template[0...at] + template[(at + @random.rand(1..3))..].to_s
      else
        template = template[0...at] + pick(%w[{% %} {{ }} | : , . [ ] ( ) ' " - ? = < > ! # & ; @ \ and or in with else endif endfor x 1 - { } %]) + template[at..].to_s
      end
    end
    @random.rand(0..3).times do
      at = template.index(" ", @random.rand(template.length))
      template[at] = "\n" if at
    end
    template
  end

  SNIPPETS = ["é", "日", "<b>", "</b>", "&", "&amp;", "&#39;", "'", " ", "  ", "\n", "\r\n", "a", "B", "<!-- x -->", "<script>q</script>", "<br/>", "%20", "+", "%", "%C3%A9", "0", "ß", "ǆ", "<", ">", ",", ".", "\\", "#", "\t", "\u00a0", "i\u0307", "\\0", "\\&", "\\\\", "\\1", "\\`", "-", "=", "&lt", "&x;", "%zz"].freeze

  def text_case
    quoted = -> { text = Array.new(@random.rand(0..6)) { pick(SNIPPETS) }.join; text.include?("'") ? "\"#{text}\"" : "'#{text}'" }
    name = pick(%w[append upcase downcase capitalize strip lstrip rstrip strip_newlines newline_to_br replace replace_first replace_last remove remove_first remove_last truncate truncatewords split slice strip_html size escape escape_once url_encode url_decode base64_encode base64_decode base64_url_safe_encode base64_url_safe_decode sort_natural])
    arguments = case name
                when "append", "remove", "remove_first", "remove_last", "split" then [quoted[]]
                when "replace", "replace_first", "replace_last" then [quoted[], quoted[]]
                when "truncate", "truncatewords" then [@random.rand(-1..8).to_s] + (chance(0.5) ? [quoted[]] : [])
                when "slice" then [@random.rand(-6..6).to_s] + (chance(0.6) ? [@random.rand(-1..4).to_s] : [])
                else []
                end
    use = arguments.empty? ? name : "#{name}: #{arguments.join(", ")}"
    "{% assign z = #{quoted[]} | #{use} %}{{ z }}#{name == "split" ? "{{ z | join: '~' }}" : ""}{{ z.size }}"
  end
end
