import Testing

@Suite("Filters of lists")
struct ListFilterTests {
  @Test(
    "reading",
    arguments: [
      Specification(
        "size, first, last", "{{ x | size }}{{ x | first }}{{ x | last }}", "431",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "of nothing", "{{ e | first }}{{ e | last }}{{ missing | size }}", "0",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "of a range", "{{ (2..5) | first }}{{ (2..5) | last }}{{ (2..5) | size }}", "254"),
      Specification(
        "first of an object is a pair", "{{ h | first | join: ':' }}", "k:1", #"{"h":{"k":1}}"#),
      Specification(
        "join", "{{ x | join }} {{ x | join: '-' }} {{ m | join: ',' }}",
        #"3 1 2 1 3-1-2-1 1,1,1.0,,2,3,{"k"=>1},{"k"=>1}"#,
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification("join of a text", "{{ 'ab' | join: '-' }}", "ab"),
      Specification(
        "reverse", "{{ x | reverse | join }} {{ 'ab' | reverse }}", "1 2 1 3 ab",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "concat", "{{ x | concat: e | concat: w | size }}", "9",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
    ])
  func reading(_ specification: Specification) throws { try specification.check() }

  @Test(
    "choosing",
    arguments: [
      Specification(
        "compact", "{{ w | compact | size }}{{ a | compact: 'v' | size }}", "43",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "uniq", "{{ x | uniq | join }} {{ a | uniq: 'n' | map: 'n' | join }}", "3 1 2 b a C",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "uniq tells kinds apart and sees equal objects", "{{ m | uniq | size }}", "7",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "map", "{{ a | map: 'n' | join }} {{ m | compact | size }}", "b a C a 7",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification("map of an object", "{{ h | map: 'k' | join }}", "1", #"{"h":{"k":1}}"#),
      Specification(
        "map of a list in a list", "{{ l | map: 'k' | join }}", "1 2",
        #"{"l":[[{"k":1}],[{"k":2}]]}"#),
      Specification(
        "where", "{{ a | where: 'n', 'a' | map: 'v' | join }} {{ a | where: 'v' | size }}", "1 3 3",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "reject",
        "{{ a | reject: 'n', 'a' | map: 'n' | join }} {{ a | reject: 'v' | map: 'n' | join }}",
        "b C C",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "find", "{{ a | find: 'n', 'a' | map: 'v' }}{{ a | find: 'n', 'zz' | default: 'none' }}",
        "1none",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "find_index", "{{ a | find_index: 'n', 'C' }}{{ a | find_index: 'n', 'zz' }}", "2",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "has", "{{ a | has: 'n', 'C' }} {{ a | has: 'n', 'zz' }} {{ a | has: 'v' }}",
        "true false true",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "a text has the texts in it", "{{ w | compact | where: 'a' | join }}", "a",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "items without properties give nothing",
        "{{ l | where: 'k' | size }}{{ l | map: 'k' | size }}", "02", #"{"l":[1.5,true]}"#),
      Specification(
        "one item is not asked for its property", "{{ 5 | uniq: 'k' }}{{ 5 | sort: 'k' }}", "55"),
    ])
  func choosing(_ specification: Specification) throws { try specification.check() }

  @Test(
    "sorting and sums",
    arguments: [
      Specification(
        "sort puts nil last", "{{ w | sort | join: ',' }}", "A,a,b,c,",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sort of numbers", "{{ x | sort | join }} {{ n | sort | join }}", "1 1 2 3 -1 0.5 2",
        #"{"x":[3,1,2,1],"n":[2,0.5,-1]}"#),
      Specification(
        "sort by a property", "{{ a | sort: 'v' | map: 'n' | join }}", "a b a C",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sort keeps the order of equals", "{{ a | sort: 'n' | map: 'v' | join: ',' }}", ",1,3,2",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sort_natural ignores case", "{{ w | sort_natural | join: ',' }}", "A,a,b,c,",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sort_natural by a property", "{{ a | sort_natural: 'n' | map: 'n' | join }}", "a a b C",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sum", "{{ x | sum }} {{ a | sum: 'v' }} {{ e | sum }}", "7 6 0",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "sum of texts and decimals", "{{ l | sum }}", "6.75", #"{"l":["1","2.5",3.25,null,"x"]}"#),
      Specification("sum of lists in lists", "{{ l | sum }}", "6", #"{"l":[1,[2,[3]]]}"#),
    ])
  func sorting(_ specification: Specification) throws { try specification.check() }

  @Test(
    "as text",
    arguments: [
      Specification(
        "a list prints its items", "{{ m }}", #"111.023{"k"=>1}{"k"=>1}"#,
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification(
        "an object prints as Ruby does", "{{ h }}",
        "{\"a\"=>1, \"b\"=>\"x\\\"\", \"c\"=>nil, \"d\"=>[true, 1.5]}",
        "{\"h\":{\"a\":1,\"b\":\"x\\\"\",\"c\":null,\"d\":[true,1.5]}}"),
      Specification(
        "a list as text has brackets", "{{ x | append: '' }}", "[3, 1, 2, 1]",
        #"{"a":[{"n":"b","v":2},{"n":"a","v":1},{"n":"C"},{"n":"a","v":3}],"w":["b","A","c",null,"a"],"x":[3,1,2,1],"m":[1,"1",1.0,null,[2,[3]],{"k":1},{"k":1}],"e":[]}"#
      ),
      Specification("a range", "{{ (1..3) }}", "1..3"),
      Specification("true, false and nil", "{{ true }}{{ false }}{{ nil }}", "truefalse"),
    ])
  func texts(_ specification: Specification) throws { try specification.check() }
}
