// form-fuzz: damaged forms and expressions for the form engine.
//
//   form-fuzz [--seed N] [--inputs N] [--only N] [--show] [FOLDER …]
//
// Every input is made from the seed and its number alone. Ends with 0 when every
// one of them came back, within its time, with a form, a value or located faults;
// else names the seed and the number. --only makes one input again, --show prints it.

import Glibc

/// Words to standard error, and the end.
func fail(_ words: String, _ code: Int32 = 1) -> Never {
  let line = "form-fuzz: \(words)\n"
  _ = line.utf8CString.withUnsafeBytes { write(2, $0.baseAddress, $0.count - 1) }
  exit(code)
}

func processorSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

var seed = UInt64(time(nil))
var inputs: UInt64 = 120_000
var only: UInt64?
var isShown = false
var folders: [String] = []
var words = CommandLine.arguments.dropFirst()
while let word = words.popFirst() {
  switch word {
  case "--show": isShown = true
  case "--seed", "--inputs", "--only":
    guard let number = words.popFirst().flatMap(UInt64.init) else { fail("\(word) NUMBER", 2) }
    switch word {
    case "--seed": seed = number
    case "--inputs": inputs = number
    default: only = number
    }
  case _ where word.hasPrefix("-"): fail("no such option: \(word)", 2)
  default: folders.append(word)
  }
}
if folders.isEmpty { folders = ["Tests/FormEngineTests/Oracle/forms"] }
guard let corpus = Corpus(folders: folders) else { fail("cannot read \(folders)", 3) }
let fuzzer: Fuzzer
do { fuzzer = try Fuzzer(corpus: corpus, seed: seed) } catch { fail("\(error)") }

print(
  "seed \(seed): \(corpus.sheets.count) XLSForms, \(corpus.xml.count) XForms, "
    + "\(corpus.files.count) files, \(corpus.expressions.count) expressions")
if isShown, let only { print(String(decoding: fuzzer.input(only).bytes, as: UTF8.self)) }
Watchdog.begin(seed: seed)
var outcomes: [Fuzzer.Outcome: Int] = [:]
var mistakes = 0
var slowest = (seconds: 0.0, input: UInt64(0))
for number in only.map({ $0...$0 }) ?? 0...max(inputs, 1) - 1 {
  Watchdog.next(number)
  let begin = processorSeconds()
  let (outcome, mistake) = fuzzer.run(number)
  let seconds = processorSeconds() - begin
  outcomes[outcome, default: 0] += 1
  if seconds > slowest.seconds { slowest = (seconds, number) }
  let slow = seconds > Watchdog.processorLimitSeconds ? "took \(seconds) s of processor time" : nil
  guard let wrong = mistake ?? slow else { continue }
  mistakes += 1
  if mistakes <= 20 { print("input \(number) (\(fuzzer.input(number).reader)): \(wrong)") }
}
for (outcome, count) in outcomes.sorted(by: { $0.value > $1.value }) { print(count, outcome) }
print("slowest: input \(slowest.input), \(slowest.seconds) s of processor time")
print("\(only == nil ? inputs : 1) inputs, \(mistakes) mistakes, seed \(seed)")
exit(mistakes == 0 ? 0 : 1)
