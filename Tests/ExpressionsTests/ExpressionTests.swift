import Testing

@testable import Expressions

func evaluate(_ text: String, _ inputs: Value...) throws -> Value {
  try Expression(text, inputs: inputs.count).evaluate(inputs)
}

@Suite("Expressions compute what AIO's documentation says")
struct ExpressionTests {
  @Test func positionalVariables() throws {
    #expect(try evaluate(#"$1 + ", " + $2"#, .string("Analyst"), .string("Kent, WA")) == .string("Analyst, Kent, WA"))
    #expect(try evaluate("cToF($1)", .int(20)) == .float(68))
    #expect(try evaluate("$1 * $2 < 100000", .float(20.5), .int(40)) == .bool(true))
  }

  @Test func precedence() throws {
    #expect(try evaluate("$1 * 2 ^ 3", .int(5)) == .int(40))
    #expect(try evaluate("($1 * 2) ^ 3", .int(5)) == .int(1000))
    #expect(try evaluate("-$1 * 2", .int(5)) == .int(-10))
    #expect(try evaluate("-2 ^ 2") == .int(-4) && evaluate("2 ^ -1") == .float(0.5) && evaluate("2 ^ 3 ^ 2") == .int(64))
    #expect(try evaluate("1 + 2 * 3 - 4 / 2 % 2") == .int(7))
    #expect(try evaluate("1 < 2 == true && !false || 1 / 0 == 1") == .bool(true))
    #expect(try evaluate("true || false && false") == .bool(true))
    #expect(try evaluate("10 - 4 - 3") == .int(3) && evaluate("!true == false") == .bool(true))
  }

  @Test func conditions() throws {
    #expect(try evaluate(#"if($1 > 100, "high", "normal")"#, .int(101)) == .string("high"))
    #expect(try evaluate("if($2 == (), $1, $1 * $2)", .int(3), .empty) == .int(3))
    #expect(try evaluate("if($2 == (), $1, $1 * $2)", .int(3), .int(4)) == .int(12))
    #expect(try evaluate("if($1 > 5, true, false)", .int(5)) == .bool(false))
    #expect(try evaluate("if($1 > 10, 'High', 'Low')", .int(11)) == .string("High"))
  }

  @Test func integersAndFloats() throws {
    #expect(try evaluate("7 / 2").description == "3" && evaluate("7 / 2.0") == .float(3.5) && evaluate("-7 % 3") == .int(-1))
    #expect(try evaluate("7.5 % 2") == .float(1.5) && evaluate("1 == 1.0") == .bool(true) && evaluate("typeof(1 + 1.0)") == .string("float"))
    #expect(try evaluate("9007199254740993 == 9007199254740992.0") == .bool(false))
    #expect(try evaluate("9223372036854775807") == .int(.max))
  }

  @Test func strings() throws {
    #expect(try evaluate(#""a" + 1 + 2.5 + true"#) == .string("a12.5true"))
    #expect(try evaluate(#"1 + 2 + "a""#) == .string("3a") && evaluate(#""" + 23.0"#) == .string("23"))
    #expect(try evaluate(#""a" < "b" && "b" >= "b""#) == .bool(true))
    #expect(try evaluate(#"'it\'s' + "\"\\\n""#) == .string("it's\"\\\n"))
  }

  @Test(arguments: [
    ("fToC(212)", 100.0), ("cToF(-40)", -40), ("psiToBar(10)", 0.689476), ("barToPsi(0.689476)", 10), ("inToCm(2)", 5.08), ("cmToIn(5.08)", 2),
    ("ftToM(10)", 3.048), ("mToFt(3.048)", 10), ("lbToKg(10)", 4.53592), ("kgToLb(4.53592)", 10), ("galToL(2)", 7.57082), ("lToGal(7.57082)", 2),
    ("scale(2048, 0, 4096, 0, 100)", 50), ("scale(5, 10, 0, 0, 100)", 50), ("round_n(2.34567, 2)", 2.35), ("round_n(-2.5, 0)", -3), ("round_n(7, 3)", 7),
    ("floor(-2.5)", -3), ("round(2.5)", 3), ("round(-2.5)", -3), ("ceil(2.1)", 3), ("math::abs(-2.5)", 2.5), ("math::sqrt(9)", 3), ("math::cbrt(27)", 3),
    ("math::ln(1)", 0), ("math::log2(8)", 3), ("math::log10(1000)", 3), ("math::log(8, 2)", 3), ("math::exp(0)", 1), ("math::exp2(5)", 32),
    ("math::pow(2, 0.5)", 1.4142135623730951), ("math::cos(0)", 1), ("math::sin(0)", 0), ("math::tan(0)", 0), ("math::acos(1)", 0),
    ("math::asin(1)", 1.5707963267948966), ("math::atan(1)", 0.7853981633974483), ("math::atan2(1, -1)", 2.356194490192345), ("math::hypot(3, 4)", 5),
  ])
  func numericFunctions(_ text: String, _ expected: Double) throws {
    let value = try evaluate(text)
    guard case .float(let number) = value else { return #expect(value == .float(expected)) }
    #expect(abs(number - expected) < 1e-12, "\(text) is \(number)")
  }

  @Test func functionsThatKeepInts() throws {
    for text in ["floor(3)", "round(3)", "ceil(3)", "math::abs(-3)", "min(5, 3, 4)", "max($1)"] {
      #expect(try evaluate("typeof(\(text))", .tuple([.int(1), .int(3), .int(2)])) == .string("int") && evaluate(text, .tuple([.int(1), .int(3)])) == .int(3), "\(text)")
    }
  }

  @Test func textFunctions() throws {
    #expect(try evaluate(#"len("Zürich😀")"#) == .int(7) && evaluate("len((1, 2, 3))") == .int(3) && evaluate("len(1, 2, 3)") == .int(3))
    #expect(try evaluate(#"str::to_lowercase("ÄB")"#) == .string("äb") && evaluate(#"str::to_uppercase("aß")"#) == .string("ASS"))
    #expect(try evaluate(#"str::trim(" \t a b\n")"#) == .string("a b") && evaluate(#"str::trim(" ")"#) == .string(""))
    #expect(try evaluate("str::from(2.50)") == .string("2.5") && evaluate("str::from((1, ()))") == .string("(1, ())"))
    #expect(try evaluate(#"str::substring("Zürich", 1, 3)"#) == .string("ür") && evaluate(#"str::substring("ab", 2, 2)"#) == .string(""))
    #expect(try evaluate(#"str::regex_matches($1, "^line-\\d+$")"#, .string("line-12")) == .bool(true))
    #expect(try evaluate(#"str::regex_replace($1, "(\\w+)@(\\w+)", "$2 at $1")"#, .string("a@b, c@d")) == .string("b at a, d at c"))
    #expect(try evaluate("str::regex_matches($1, $2)", .string("abc"), .string("b")) == .bool(true))
    #expect(try evaluate("str::regex_replace($1, $2, $3)", .string("abc"), .string("[ac]"), .string("-")) == .string("-b-"))
  }

  @Test func tuples() throws {
    #expect(try evaluate("contains((1, 2, 3), 2.0)") == .bool(true) && evaluate(#"contains($1, "x")"#, .tuple([.string("y")])) == .bool(false))
    #expect(try evaluate("contains_any((1, 2), (5, 2))") == .bool(true) && evaluate("contains_any((1, 2), (3, 4))") == .bool(false))
    #expect(try evaluate("min($1)", .tuple([.float(2.34), .float(12.3), .int(1)])) == .int(1) && evaluate("($1, $1)", .int(1)) == .tuple([.int(1), .int(1)]))
  }

  @Test func types() throws {
    let kinds = ["\"a\"": "string", "1.5": "float", "1": "int", "true": "boolean", "(1, 2)": "tuple", "()": "empty"]
    for (text, kind) in kinds { #expect(try evaluate("typeof(\(text))") == .string(kind)) }
  }

  @Test func nothingIsEvaluatedThatIsNotNeeded() throws {
    #expect(try evaluate("if(true, 1, 1 / 0)") == .int(1) && evaluate("false && 1 / 0 == 1") == .bool(false) && evaluate("true || 1 / 0 == 1") == .bool(true))
  }

  @Test(arguments: [
    ("1 / $1", "`/` by zero"), ("1 % $1", "`%` by zero"), ("1.0 / $1", "`/` by zero"), ("$2 + 1", "the result of `+` is larger than any int; with a float, such as `1.0 *`, it is not"),
    ("-9223372036854775807 - 2", "the result of `-` is larger than any int; with a float, such as `1.0 *`, it is not"),
    ("(-9223372036854775807 - 1) / -1", "the result of `/` is larger than any int; with a float, such as `1.0 *`, it is not"),
    ("2 ^ 63", "the result of `^` is larger than any int; with a float, such as `1.0 *`, it is not"), ("-(-$2 - 1)", "the result of `-` is larger than any int"),
    ("math::abs(-$2 - 1)", "the result of `math::abs` is larger than any int"), ("$3 * 2", "`*` takes numbers, not a missing value"),
    ("$3 > 1", "`>` takes numbers, strings or booleans, not a missing value"), (#"$3 + "a""#, "`+` takes values that are there, not a missing value"),
    ("$4 > 1", "`>` takes two values of one type, not a string and an int"), ("$4 && true", "`&&` takes booleans, not a string"), ("!$1", "`!` takes booleans, not an int"),
    ("-$4", "`-` takes a number, not a string"), ("if($1, 1, 2)", "`if` takes booleans, not an int"), ("math::sqrt($4)", "argument 1 of `math::sqrt` is to be a number, not a string"),
    ("str::substring($4, 1, 9)", "`str::substring` from 1 to 9 is not within a string of 1 characters"), ("min($5)", "`min` of an empty tuple has no value"),
    ("round_n(1.5, 16)", "argument 2 of `round_n` is to be 0 to 15, not 16"), ("scale(1, $1, 0, 0, 1)", "the source range of `scale` is empty"),
    ("len($1)", "argument 1 of `len` is to be a string or a tuple, not an int"),
    ("str::regex_matches($4, $4 + \"(\")", "the pattern `x(` is wrong at character 3: a group has no `)`"),
  ])
  func errorsOfEvaluation(_ text: String, _ message: String) {
    #expect(throws: EvaluationError(message)) { try evaluate(text, .int(0), .int(.max), .empty, .string("x"), .tuple([])) }
  }

  @Test(arguments: [
    ("", 1, 1, "the expression is empty"), ("1 +", 1, 4, "a value is expected, not the end"), ("1\n+ )", 2, 3, "a value is expected, not `)`"),
    ("(1", 1, 3, "`,`, `)` or an operator is expected, not the end"), ("1 2", 1, 3, "an operator or the end is expected, not `2`"),
    ("$1 = 2", 1, 4, "`=` is not part of the language; compare with `==`"), ("$1 & 2", 1, 4, "`&` is not part of the language; the logical and is `&&`"),
    ("$3", 1, 1, "there is no `$3`: the rule has 2 inputs"), ("$0", 1, 1, "an input is `$` and its number, from `$1`; metadata and data sets are read with `inputs`"),
    ("temperature > 1", 1, 1, "`temperature` is no value: texts are quoted, fields are read with `inputs`"),
    ("$1 and $2", 1, 4, "an operator or the end is expected, not `and`"), ("not $1", 1, 1, "`not` is no value: texts are quoted, fields are read with `inputs`; write `!`"),
    ("sqrt(2)", 1, 1, "there is no function `sqrt`; did you mean `math::sqrt`?"), ("ctof(1)", 1, 1, "there is no function `ctof`; did you mean `cToF`?"),
    ("foo(1)", 1, 1, "there is no function `foo`"), ("cToF(1, 2)", 1, 1, "`cToF` takes one argument, not 2"), ("scale(1)", 1, 1, "`scale` takes 5 arguments, not 1"),
    ("min()", 1, 1, "`min` takes at least 1 argument, not 0"), ("cToF", 1, 1, "`(` is expected after the function `cToF`"),
    ("if($1, 2)", 1, 1, "`if` takes 3 arguments, a condition and two values, not 2"), ("if(1, 2, 3)", 1, 1, "the condition of `if` is to be a boolean, not an int"),
    (#"$1 * "a""#, 1, 4, "`*` takes numbers, not a string"), ("1 < true", 1, 3, "`<` takes two values of one type, not an int and a boolean"),
    ("1 && $1", 1, 3, "`&&` takes booleans, not an int"), ("!1", 1, 1, "`!` takes a boolean, not an int"), ("-true", 1, 1, "`-` takes a number, not a boolean"),
    (#"math::sqrt("4")"#, 1, 1, "argument 1 of `math::sqrt` is to be a number, not a string"),
    ("9223372036854775808", 1, 1, "`9223372036854775808` is larger than any int; write `9223372036854775808.0` for a float"),
    ("1e999", 1, 1, "`1e999` is no number"), ("1x", 1, 1, "a number is expected, such as `3` or `0.5`"), ("1.", 1, 1, "a number is expected, such as `3` or `0.5`"),
    ("\"abc", 1, 1, "the string has no end: `\"` is expected"), (#""\d""#, 1, 2, #"a string has the escapes \\, \", \', \n, \r and \t; for a backslash write two"#),
    ("average($1)", 1, 1, "`average` is a function of a window's accumulate rules, not of these"),
    ("running_sum($1)", 1, 1, "`running_sum` is a function of a window's trigger rules, not of these"),
    (#"str::regex_matches($1, "(")"#, 1, 1, "the pattern `(` is wrong at character 2: a group has no `)`"),
    (#"str::regex_replace($1, "a", "$7")"#, 1, 1, "the replacement `$7` refers to `$7`, but the pattern has no such group; write `$$` for `$`"),
  ])
  func errorsOfTheText(_ text: String, _ line: Int, _ column: Int, _ message: String) {
    #expect(throws: ExpressionError(line: line, column: column, message: message)) { try Expression(text, inputs: 2) }
  }

  @Test func depthAndLengthAreBounded() {
    func message(_ text: String) -> String? {
      do { _ = try Expression(text, inputs: 1) } catch { return error.message }
      return nil
    }
    #expect(message(String(repeating: "(", count: 8000)) == "the expression nests deeper than 100")
    #expect(message(String(repeating: "!", count: 8000) + "true") == "the expression nests deeper than 100")
    #expect(message(String(repeating: "- ", count: 8000) + "1") == "the expression nests deeper than 100")
    #expect(message("1" + String(repeating: " + 1", count: 200)) == nil)
    #expect(message("1" + String(repeating: " + 1", count: 4000)) == "the expression is deeper than 256 operators and calls")
    #expect(message(String(repeating: " ", count: 20_000)) == "the expression has 20000 bytes; it may have 16384")
  }

  @Test func stringsAreBounded() {
    let long = Value.string(String(repeating: "x", count: 10 << 20))
    #expect(throws: EvaluationError("the result of `+` is longer than 16 MiB")) { try evaluate("$1 + $1", long) }
  }

  @Test func functionsOfWindows() throws {
    struct Values: DerivedValues {
      let values: [Value]
      func value(at index: Int) throws(EvaluationError) -> Value { values[index] }
    }
    let sum = try Expression("average($1) + max($2) - average($1) + max(1, 2)", inputs: 2, dialect: .aggregation)
    #expect(sum.derived == [.init(function: .average, input: 0), .init(function: .max, input: 1)])
    #expect(try sum.evaluate([], Values(values: [.float(2), .int(10)])) == .float(12))
    let trigger = try Expression("running_sum($1) + $1 > 100 || running_count() == 3", inputs: 1, dialect: .trigger)
    #expect(trigger.derived == [.init(function: .runningSum, input: 0), .init(function: .runningCount, input: nil)])
    #expect(try trigger.evaluate([.int(30)], Values(values: [.int(75), .int(0)])) == .bool(true))
  }

  @Test(arguments: [
    ("$1", 1, "`$1` stands for all values of a window: make one of them, as `average($1)` does"), ("average($1) + $2", 15, "`$2` stands for all values of a window: make one of them, as `average($2)` does"),
    ("1 + 2", 1, "an aggregation is expected: average, sum, min, max, count, first or last of an input"),
    ("average($1 + $2)", 1, "`average` takes one input, such as `average($1)`"), ("changed($1)", 1, "`changed` is a function of a window's trigger rules, not of these"),
  ])
  func errorsOfAggregations(_ text: String, _ column: Int, _ message: String) {
    #expect(throws: ExpressionError(line: 1, column: column, message: message)) { try Expression(text, inputs: 2, dialect: .aggregation) }
  }
}
