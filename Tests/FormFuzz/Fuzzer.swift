// Gives the three readers damaged input and looks at what comes back: always an
// answer, a form that can be filled in or faults that say where they are.

import FormEngine
import Glibc

struct Fuzzer {
  enum Reader: CaseIterable { case sheet, xml, expression }

  /// What an input came to.
  enum Outcome: Hashable {
    case form, value
    case faults(String)
    case refused
  }

  let corpus: Corpus
  let seed: UInt64
  private let sheets: Mutator
  private let xml: Mutator
  private let expressions: Mutator
  private let writer = ExpressionWriter()
  private let scratch: FormDefinition

  /// A form whose nodes the expressions name.
  static let scratchForm = """
    survey
    ,type,name,label
    ,integer,n,N
    ,text,t,T
    ,date,d,D
    ,select_one list,s,S
    ,select_multiple list,m,M
    ,text,g,G
    ,begin repeat,row,Row
    ,integer,v,V
    ,end repeat,,
    choices
    ,list_name,name,label
    ,list,x,Ex
    ,list,y,Why

    """

  init(corpus: Corpus, seed: UInt64) throws {
    (self.corpus, self.seed) = (corpus, seed)
    let files = Array(corpus.files.values)
    sheets = Mutator(others: corpus.sheets)
    xml = Mutator(others: corpus.xml + files)
    expressions = Mutator(others: corpus.expressions)
    scratch = try FormFile.read(Array(Self.scratchForm.utf8), name: "scratch")
  }

  /// The bytes of one input.
  func input(_ number: UInt64) -> (reader: Reader, bytes: [UInt8], generator: Generator) {
    var generator = Generator(seed: seed, input: number)
    let reader = Reader.allCases[Int(number % 3)]
    let bytes =
      switch reader {
      case .sheet: sheets.damaged(generator.pick(corpus.sheets) ?? [], &generator)
      case .xml: xml.damaged(generator.pick(corpus.xml) ?? [], &generator)
      case .expression: expression(&generator)
      }
    return (reader, bytes, generator)
  }

  private func expression(_ generator: inout Generator) -> [UInt8] {
    let written =
      generator.once(in: 2)
      ? Array(writer.expression(depth: 1 + generator.below(6), &generator).utf8)
      : generator.pick(corpus.expressions) ?? []
    return generator.once(in: 2) ? written : expressions.damaged(written, &generator)
  }

  /// Reads one input; the words are for a mistake of the engine's.
  func run(_ number: UInt64) -> (outcome: Outcome, mistake: String?) {
    var (reader, bytes, generator) = input(number)
    switch reader {
    case .expression: return evaluate(String(decoding: bytes, as: UTF8.self), &generator)
    case .sheet, .xml: return read(bytes, &generator)
    }
  }

  // MARK: Forms

  private func read(
    _ bytes: [UInt8], _ generator: inout Generator
  ) -> (outcome: Outcome, mistake: String?) {
    let files = beside(&generator)
    let attachments = FormAttachments { files[$0] }
    do throws(FormFaults) {
      let form = try FormFile.read(bytes, name: "fuzz", attachments: attachments)
      fill(form, &generator)
      return (.form, nil)
    } catch {
      return (.faults(error.faults.first?.code.rawValue ?? ""), mistake(in: error, bytes, files))
    }
  }

  /// The files of the form, one of them damaged now and then.
  private func beside(_ generator: inout Generator) -> [String: [UInt8]] {
    var files = corpus.files
    if generator.once(in: 3), let name = generator.pick(files.keys.sorted()) {
      files[name] = xml.damaged(files[name] ?? [], &generator)
    }
    return files
  }

  /// What is wrong with the faults themselves: none, too many, or a place that is not there.
  private func mistake(
    in faults: FormFaults, _ bytes: [UInt8], _ files: [String: [UInt8]]
  ) -> String? {
    guard !faults.faults.isEmpty, faults.faults.count <= FormFaults.limit else {
      return "\(faults.faults.count) faults"
    }
    for fault in faults.faults {
      // A sheet that is called like a file stands in the form itself.
      let file = fault.code == .unknownSheet ? bytes : files[fault.sheet] ?? bytes
      let lines = file.count { $0 == 0x0A || $0 == 0x0D } + 1
      if fault.row < 0 || fault.row > lines {
        return "\(fault.code) in row \(fault.row) of \(lines): \(fault.detail)"
      }
      if fault.row == 0, fault.sheet.isEmpty, !Self.isOfTheFile(fault.code) {
        return "\(fault.code) without a place: \(fault.detail)"
      }
    }
    return nil
  }

  private static func isOfTheFile(_ code: FormFault.Code) -> Bool {
    switch code {
    case .tooLarge, .invalidUTF8, .missingSheet: true
    default: false
    }
  }

  /// Fills in what can be filled in, and looks at everything.
  private func fill(_ form: FormDefinition, _ generator: inout Generator) {
    let session = FormSession(
      form, environment: Self.environment, language: generator.pick(form.languages))
    let steps = session.questions
    for _ in 0..<4 {
      guard let step = generator.pick(steps) else { break }
      let texts = ["", "1", "-5", "张三", "2026-02-28", "a b", "x", "22.5 114 0 0", "NaN"]
      // A refused answer is an answer too.
      _ = try? session.set(step.ref, to: generator.pick(texts) ?? "")
      if case .addInstance = step.kind { _ = try? session.addRepeat(step.ref) }
    }
    _ = (session.questions, session.nodeStates, session.check(), session.submission)
    session.markFinished()
  }

  // MARK: Expressions

  private func evaluate(
    _ expression: String, _ generator: inout Generator
  ) -> (outcome: Outcome, mistake: String?) {
    let session = FormSession(scratch, environment: Self.environment)
    _ = try? session.set("/data/n", to: "6")
    _ = try? session.set("/data/t", to: "a𠮷 b")
    _ = try? session.addRepeat("/data/row")
    do {
      _ = try session.evaluate(expression, at: generator.pick(["/data/n", "/data/row[1]/v"]))
      return (.value, nil)
    } catch let fault as FormFault {
      return (.faults(fault.code.rawValue), nil)
    } catch {
      return (.refused, nil)
    }
  }

  private static var environment: FormEnvironment {
    FormEnvironment(
      now: { 1_767_225_600_000 }, timeZoneOffsetSeconds: 28_800,
      makeUUID: { "01234567-89ab-4cde-8f01-23456789abcd" })
  }
}
