import Testing

@Suite("Partials")
struct PartialTests {
  static let partials = [
    "card": "[{{ card }}|{{ a }}|{{ x }}|{{ forloop.index }}]",
    "set": "{% assign a = 'set' %}{% increment c %}{% cycle 'p', 'q' %}",
    "stop": "1{% break %}2", "item": "({{ item }})", "outer": "<{% include 'card' %}>",
    "sub/part": "{{ part }}!", "self": "{{ self.x }}", "rec": "{% include 'rec' %}",
    "recr": "{% render 'recr' %}", "inc": "{% include 'card' %}",
  ]
  static let data = #"{"a":"A","x":"X","list":[1,2],"h":{"k":"v"},"name":"card","f":false}"#

  @Test(
    "include",
    arguments: [
      Specification("shares the variables", "{% include 'card' %}", "[|A|X|]", data),
      Specification("the name may be a variable", "{% include name %}", "[|A|X|]", data),
      Specification("gives its variables back", "{% include 'set' %}{{ a }}", "0pset", data),
      Specification(
        "shares counters and cycles", "{% increment c %}{% include 'set' %}{% include 'set' %}",
        "01p2q"),
      Specification("with", "{% include 'card' with x %}", "[X|A|X|]", data),
      Specification("with and as", "{% include 'card' with a as x %}", "[|A|A|]", data),
      Specification("for over a list", "{% include 'item' for list %}", "(1)(2)", data),
      Specification("with a list is for too", "{% include 'item' with list %}", "(1)(2)", data),
      Specification("for an object is one", "{% include 'item' for h %}", #"({"k"=>"v"})"#, data),
      Specification("arguments", "{% include 'card', x: 1, a: 2 %}{{ x }}", "[|2|1|]X", data),
      Specification(
        "an argument of nothing hides a variable", "{% include 'card', a: missing %}", "[||X|]",
        data),
      Specification(
        "the variable called like the partial", "{% assign item = 3 %}{% include 'item' %}", "(3)"),
      Specification(
        "the last part of a path names the variable", "{% include 'sub/part' with 5 %}", "5!"),
      Specification(
        "sees the loop", "{% for i in (1..2) %}{% include 'card' %}{% endfor %}", "[|||1][|||2]"),
      Specification(
        "break goes through it", "{% for i in (1..2) %}{% include 'stop' %}{% endfor %}3", "13"),
      Specification(
        "with false is as if nothing was said", "{% include 'card' with false as x %}", "[|A||]",
        data),
    ])
  func includes(_ specification: Specification) throws {
    try specification.check(partials: Self.partials)
  }

  @Test(
    "render",
    arguments: [
      Specification("sees nothing of the page", "{% assign x = 1 %}{% render 'card' %}", "[|||]"),
      Specification("sees its arguments", "{% render 'card', x: a %}", "[||A|]", data),
      Specification("gives nothing back", "{% render 'set' %}{{ a }}", "0pA", data),
      Specification(
        "has counters and cycles of its own",
        "{% increment c %}{% render 'set' %}{% render 'set' %}", "00p0p"),
      Specification("with", "{% render 'card' with 1 %}", "[1|||]"),
      Specification("with and as", "{% render 'card' with 1 as x %}", "[||1|]"),
      Specification("with a list is one", "{% render 'item' with list %}", "(12)", data),
      Specification(
        "for over a list has a forloop", "{% render 'card' for list as x %}", "[||1|1][||2|2]", data
      ),
      Specification("for over a range", "{% render 'item' for (1..3) %}", "(1)(2)(3)"),
      Specification(
        "no parentloop", "{% for i in (1..2) %}{% render 'card' %}{% endfor %}", "[|||][|||]"),
      Specification(
        "break stays inside", "{% for i in (1..2) %}{% render 'stop' %}{% endfor %}3", "113"),
    ])
  func renders(_ specification: Specification) throws {
    // What a page is given is seen by its `render`s only where it is site-wide; here it is not.
    try specification.check(partials: Self.partials)
  }

  @Test(
    "errors of partials name them",
    arguments: [
      Specification(
        "include in render is not allowed", "{% render 'inc' %}",
        "Liquid error (inc line 1): include usage is not allowed in this context"),
      Specification(
        "a partial that is not there", "{% include 'nope' %}",
        "Liquid error (line 1): No such template 'nope'"),
      Specification(
        "a name that is no text", "{% include 5 %}",
        "Liquid error (line 1): Argument error in tag 'include' - Illegal template name"),
      Specification(
        "an include of itself", "{% include 'rec' %}", "Liquid error (rec line 1): Nesting too deep"
      ),
      Specification(
        "a render of itself", "{% render 'recr' %}", "Liquid error (recr line 1): Nesting too deep"),
    ])
  func errors(_ specification: Specification) throws {
    try specification.check(partials: Self.partials, inlineErrors: true)
  }
}
