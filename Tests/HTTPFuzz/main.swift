// http-fuzz: damaged requests for a real gridwalkd over real sockets.
//
//   http-fuzz [--seed N] [--inputs N] [--only N]
//
// Every input is made from the seed and its number alone; what the centre gave
// out in this run (tokens, identifiers) is put in. Ends with 0 when every input
// was answered by well-formed responses or a close, none of them 500, and the
// centre is alive, healthy and whole afterwards. --only shows and sends one
// input again.

import Glibc

/// Words to standard error, and the end.
func fail(_ words: String, _ code: Int32 = 1) -> Never {
  let line = "http-fuzz: \(words)\n"
  _ = line.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
  exit(code)
}

/// An input as a line that can be read: escapes for what is no printable ASCII.
func shown(_ pieces: [ArraySlice<UInt8>]) -> String {
  pieces.map { piece in
    String(decoding: piece.prefix(2000), as: UTF8.self).debugDescription
  }.joined(separator: " + ")
}

/// Runs the inputs; how many were answered wrongly.
func run(_ fuzzer: Fuzzer, _ numbers: ClosedRange<UInt64>, isShown: Bool) throws -> Int {
  var mistakes = 0
  for number in numbers {
    if isShown { print(shown(fuzzer.input(number))) }
    guard let wrong = try fuzzer.run(number) else { continue }
    mistakes += 1
    print("input \(number): \(wrong)\n  \(shown(fuzzer.input(number)))")
    if mistakes >= 10 { break }
  }
  return mistakes
}

var seed = UInt64(time(nil))
var inputs: UInt64 = 50_000
var only: UInt64?
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
  guard let number = words.popFirst().flatMap(UInt64.init) else { fail("\(word) NUMBER", 2) }
  switch word {
  case "--seed": seed = number
  case "--inputs": inputs = max(1, number)
  case "--only": only = number
  default: fail("no such option: \(word)", 2)
  }
}
print("seed \(seed)")
do {
  let fuzzer = try Fuzzer(seed: seed)
  let mistakes = try run(fuzzer, only.map { $0...$0 } ?? 0...(inputs - 1), isShown: only != nil)
  try fuzzer.examine()
  try fuzzer.finish()
  let found = fuzzer.statuses.sorted { $0.key < $1.key }
  print(found.map { "\($0.key): \($0.value)" }.joined(separator: ", "), "resets: \(fuzzer.resets)")
  print("\(only == nil ? inputs : 1) inputs, \(mistakes) mistakes, seed \(seed)")
  // Inputs that are all good, or all bad, would prove nothing.
  let isMixed = only != nil || [200, 204, 201, 400, 404].allSatisfy { fuzzer.statuses[$0] != nil }
  if !isMixed { fail("the inputs were too much alike") }
  exit(mistakes == 0 ? 0 : 1)
} catch let unfit as Fuzzer.Unfit {
  fail("seed \(seed): \(unfit.words)")
} catch {
  fail("seed \(seed): \(error)")
}
