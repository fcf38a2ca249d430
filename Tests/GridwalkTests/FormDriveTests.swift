import CLI
import Domain
import FieldCore
import Glibc
import SyncProtocol
import Terminal
import Testing

@testable import gridwalk

@Suite("A program fills in a form, line by line")
struct FormDriveTests {
  private static let folder = Handheld.package + "/Forms/"

  /// What a run of `forms drive` came to.
  private struct Driven {
    let code: ExitCode
    let replies: [String]
    let errors: String
  }

  /// Runs the command on bytes that arrive in pieces; no data folder is there,
  /// and none may be there afterwards.
  private func drive(
    _ input: [UInt8], form: String? = nil, piece: Int = 1 << 16, language: Language = .english
  ) -> Driven {
    let (output, errors) = (BufferOutlet(), BufferOutlet())
    let data = "/tmp/gridwalk-drive-\(getpid())-none"
    let streams = Streams(
      output: output, errors: errors, isInputTerminal: false, isOutputTerminal: false,
      isErrorTerminal: false, environment: Environment(["GRIDWALK_DATA": data]),
      language: language, measuredWidth: { 80 })
    var rest = input[...]
    let surroundings = Surroundings(
      field: FieldEnvironment(
        now: { 1_795_221_060_000 }, monotonic: { 5000 }, bootID: "boot-1", random: { 7 }),
      timeZoneOffset: { _ in 8 * 3600 },
      readInput: { count in
        defer { rest = rest.dropFirst(min(count, piece)) }
        return Array(rest.prefix(min(count, piece)))
      })
    let words = ["forms", "drive"] + (form.map { [$0] } ?? [])
    let code = Client.run(words, streams: streams, surroundings: surroundings)
    #expect(access(data, F_OK) != 0)
    return Driven(
      code: code, replies: output.text.split(separator: "\n").map(String.init),
      errors: errors.text)
  }

  private func drive(_ lines: [String], form: String? = nil, piece: Int = 1 << 16) -> Driven {
    drive(Array((lines.joined(separator: "\n") + "\n").utf8), form: form, piece: piece)
  }

  // MARK: The road through a form

  @Test("the household form is filled in, refused and finished", arguments: [1, 1 << 16])
  func household(piece: Int) {
    let id = "11010519491231002X"  // the example of GB 11643: a woman, born 1949-12-31
    let exchange: [(String, String)] = [
      (
        #"{"op":"load","form":"\#(Self.folder)household.csv","lang":"en"}"#,
        #"{"formId":"household","languages":["中文 (zh)","English (en)"],"ok":true,"title":"入户登记","#
          + #""version":"2026112101"}"#
      ),
      (
        #"{"op":"validate"}"#,
        #"{"ok":true,"outcome":"required","ref":"/data/location[1]/estate[1]","valid":false}"#
      ),
      (
        #"{"op":"set","ref":"/data/location[1]/estate[1]","value":"江口花园"}"#,
        #"{"ok":true,"result":"ok"}"#
      ),
      (
        #"{"op":"set","ref":"/data/location[1]/estate[1]","value":""}"#,
        #"{"ok":true,"result":"required"}"#
      ),
      (
        #"{"op":"set","ref":"/data/household_phone","value":"123"}"#,
        #"{"ok":true,"result":"constraint"}"#
      ),
      (
        #"{"op":"set","ref":"/data/tenure","value":"bought"}"#,
        #"{"ok":true,"result":"ok"}"#
      ),
      (
        #"{"op":"check","ref":"/data/household_phone","value":"13800138000"}"#,
        #"{"constraint":true,"ok":true}"#
      ),
      (
        #"{"op":"check","ref":"/data/household_phone","value":"123"}"#,
        #"{"constraint":false,"ok":true}"#
      ),
      (
        #"{"op":"choices","ref":"/data/tenure"}"#,
        #"{"choices":[["owned","Owned"],["rented","Rented"],["other","Other"]],"ok":true}"#
      ),
      (#"{"op":"lang","lang":"zh"}"#, #"{"ok":true}"#),
      (
        #"{"op":"choices","ref":"/data/tenure"}"#,
        #"{"choices":[["owned","自有"],["rented","租住"],["other","其他"]],"ok":true}"#
      ),
      (
        #"{"op":"addRepeat","ref":"/data/member"}"#, #"{"ok":true,"ref":"/data/member[2]"}"#
      ),
      (
        #"{"op":"set","ref":"/data/member[2]/name","value":"梁鑫"}"#, #"{"ok":true,"result":"ok"}"#
      ),
      (
        #"{"op":"set","ref":"/data/member[2]/id_number","value":"\#(id)"}"#,
        #"{"ok":true,"result":"ok"}"#
      ),
      (#"{"op":"delRepeat","ref":"/data/member[1]"}"#, #"{"ok":true}"#),
      (
        #"{"op":"eval","expr":"string(sex)","ctx":"/data/member[1]"}"#,
        #"{"ok":true,"string":"2","type":"String","value":"2"}"#
      ),
      (
        #"{"op":"eval","expr":"count(/data/member) + 0.5"}"#,
        #"{"ok":true,"string":"1.5","type":"Double","value":1.5}"#
      ),
      (
        #"{"op":"eval","expr":"/data/member/name"}"#,
        #"{"ok":true,"string":"梁鑫","type":"nodeset","value":["梁鑫"]}"#
      ),
      (
        #"{"op":"eval","expr":"1 div 0"}"#,
        #"{"ok":true,"string":"Infinity","type":"Double","value":null}"#
      ),
      (
        #"{"op":"eval","expr":"1 = 1"}"#,
        #"{"ok":true,"string":"true","type":"Boolean","value":true}"#
      ),
      (
        // 2026-11-21T00:31:00Z is 08:31 in China.
        #"{"op":"eval","expr":"today()"}"#,
        #"{"ok":true,"string":"2026-11-21","type":"Date","value":null}"#
      ),
      (#"{"op":"validate"}"#, #"{"ok":true,"valid":true}"#),
      (#"{"op":"finalize"}"#, #"{"ok":true}"#),
    ]
    let driven = drive(exchange.map(\.0), piece: piece)
    #expect(driven.code == .ok)
    #expect(driven.errors.isEmpty)
    #expect(driven.replies == exchange.map(\.1))
  }

  @Test("dump says of every node what it is, holds and asks for")
  func dump() throws {
    let driven = drive(
      [
        #"{"op":"set","ref":"/data/member[1]/name","value":"李"}"#,
        #"{"op":"set","ref":"/data/member[1]/id_number","value":"11010519491231002X"}"#,
        #"{"op":"dump"}"#,
      ], form: Self.folder + "household.csv")
    let nodes = try WireJSON.decode(FieldValue.self, from: (driven.replies.last ?? "").utf8)[
      "nodes"]
    func node(_ ref: String) -> FieldValue {
      nodes.elements.first { $0["ref"] == .text(ref) } ?? .null
    }
    #expect(
      node("/data/member[1]/birth_date[1]")
        == .object([
          "ref": "/data/member[1]/birth_date[1]", "value": "1949-12-31", "relevant": true,
          "required": false, "readonly": true, "constraintOk": true, "type": "DATE",
        ]))
    #expect(
      node("/data/location[1]/estate[1]")
        == .object([
          "ref": "/data/location[1]/estate[1]", "value": "", "relevant": true, "required": true,
          "readonly": false, "type": "TEXT",
        ]))
    #expect(
      node("/data/member[1]")
        == .object([
          "ref": "/data/member[1]", "relevant": true, "required": false, "readonly": false,
          "type": "NULL",
        ]))
    #expect(node("/data/member_count[1]")["value"] == "1")
  }

  @Test("events are the pages a person would see")
  func events() throws {
    let asked = drive([#"{"op":"events"}"#], form: Self.folder + "event.csv")
    let list = try WireJSON.decode(FieldValue.self, from: (asked.replies.first ?? "").utf8)[
      "events"]
    #expect(
      list.elements.map { $0["ref"] } == [
        "/data/category[1]", "/data/urgency[1]", "/data/description[1]", "/data/address[1]",
        "/data/photo[1]", "/data/position[1]", "/data/self_handled[1]", "/data/handling[1]",
      ])
    // Asked only of who handled it on the spot.
    #expect(list.at(7)["relevant"] == false)
    #expect(
      list.at(2)
        == .object([
          "ev": "question", "ref": "/data/description[1]", "relevant": true, "label": "问题描述",
          "hint": "不超过150字", "required": true, "readonly": false,
          "constraintMsg": "描述不能超过150字", "appearance": "multiline",
        ]))
  }

  // MARK: What is wrong

  @Test("a line that is no command is answered, and the next one is understood")
  func hostile() {
    let deep = String(repeating: "[", count: 100_000)
    let hostile: [([UInt8], code: String)] = [
      (Array("".utf8), "malformed"), (Array("{".utf8), "malformed"),
      (Array("null".utf8), "malformed"), (Array("[]".utf8), "malformed"),
      (Array("{}".utf8), "malformed"), (Array(#"{"op":1}"#.utf8), "malformed"),
      (Array(deep.utf8), "malformed"), (Array(#"{"op":\#(deep)"#.utf8), "malformed"),
      ([0xFF, 0xFE], "malformed"),
      ([0xEF, 0xBB, 0xBF] + Array(#"{"op":"dump"}"#.utf8), "malformed"),
      ([0], "malformed"), (Array(#"{"op":"dump"} {"op":"dump"}"#.utf8), "malformed"),
      (Array(#"{"op":""}"#.utf8), "unsupported"),
      (Array(#"{"op":"LOAD"}"#.utf8), "unsupported"),
      (Array(#"{"op":"load"}"#.utf8), "argument"),
      (Array(#"{"op":"load","form":["a"]}"#.utf8), "argument"),
      (Array(#"{"op":"load","form":"/nonexistent.csv"}"#.utf8), "file-unreadable"),
      (Array(#"{"op":"load","form":"/tmp"}"#.utf8), "file-unreadable"),
      (Array(#"{"op":"load","form":"/dev/zero"}"#.utf8), "file-unreadable"),
      (Array(#"{"op":"load","form":""}"#.utf8), "file-unreadable"),
      (Array(#"{"op":"load","form":"\#(Self.folder)diary.csv\u0000x"}"#.utf8), "file-unreadable"),
      (Array(#"{"op":"load","form":"\#(#filePath)"}"#.utf8), "form"),
      (
        Array(#"{"op":"load","form":"\#(Self.folder)diary.csv","lang":"fr"}"#.utf8),
        "no-such-language"
      ),
      (Array(#"{"op":"lang","lang":"fr"}"#.utf8), "no-such-language"),
      (Array(#"{"op":"set","ref":"/data/content"}"#.utf8), "argument"),
      (Array(#"{"op":"set","ref":"/data/content","value":7}"#.utf8), "argument"),
      (Array(#"{"op":"set","ref":"/data/contnt","value":"x"}"#.utf8), "no-such-question"),
      (Array(#"{"op":"check","ref":"/data","value":"x"}"#.utf8), "no-such-question"),
      (Array(#"{"op":"choices","ref":"][/["}"#.utf8), "no-such-question"),
      (Array(#"{"op":"addRepeat","ref":"/data/content"}"#.utf8), "no-such-question"),
      (Array(#"{"op":"delRepeat","ref":"/data/content"}"#.utf8), "no-such-question"),
      (Array(#"{"op":"eval","expr":"1 +"}"#.utf8), "expression"),
      (Array(#"{"op":"eval","expr":"1","ctx":"/data/no"}"#.utf8), "no-such-question"),
      (Array(#"{"op":"eval","expr":"date('2026-02-30')"}"#.utf8), "evaluation"),
    ]
    let sound = Array(#"{"op":"eval","expr":"count(/data/content)"}"#.utf8)
    var input: [UInt8] = []
    for line in hostile { input += line.0 + [0x0A] + sound + [0x0A] }
    let driven = drive(input, form: Self.folder + "diary.csv")
    #expect(driven.code == .ok)
    #expect(driven.errors.isEmpty)
    #expect(driven.replies.count == 2 * hostile.count)
    for (number, expected) in hostile.enumerated() where driven.replies.count > 2 * number + 1 {
      let reply = driven.replies[2 * number]
      let line = String(decoding: expected.0.prefix(80), as: UTF8.self)
      #expect(reply.hasPrefix(#"{"error":"\#(expected.code)","message":""#), "\(line): \(reply)")
      #expect(reply.hasSuffix(#","ok":false}"#))
      #expect(
        driven.replies[2 * number + 1] == #"{"ok":true,"string":"1","type":"Double","value":1}"#)
    }
  }

  @Test("without a form every operation on one says so")
  func noForm() {
    let lines = [
      #"{"op":"lang","lang":"en"}"#, #"{"op":"set","ref":"a","value":"b"}"#,
      #"{"op":"check","ref":"a","value":"b"}"#, #"{"op":"eval","expr":"1"}"#,
      #"{"op":"choices","ref":"a"}"#, #"{"op":"addRepeat","ref":"a"}"#,
      #"{"op":"delRepeat","ref":"a"}"#, #"{"op":"events"}"#, #"{"op":"dump"}"#,
      #"{"op":"validate"}"#, #"{"op":"finalize"}"#,
    ]
    let expected =
      #"{"error":"no-form","message":"No form is open: load one first.","ok":false}"#
    #expect(drive(lines).replies == lines.map { _ in expected })
  }

  @Test("a line of 1 MiB is taken, one byte more is refused and passed over")
  func longLines() {
    func line(_ length: Int) -> String {
      let (head, tail) = (#"{"op":"validate","pad":""#, #""}"#)
      return head + String(repeating: "x", count: length - head.utf8.count - tail.utf8.count) + tail
    }
    let limit = 1 << 20
    let driven = drive([line(limit), line(limit + 1), line(3 * limit), line(100)])
    #expect(driven.replies.count == 4)
    #expect(
      driven.replies.map { $0.contains("no-form") } == [true, false, false, true])
    #expect(
      driven.replies.map { $0.contains(#""error":"line-too-long""#) } == [
        false, true, true, false,
      ])
  }

  @Test("the last line counts without its newline; no line at all is no error")
  func ends() {
    #expect(drive(Array(#"{"op":"events"}"#.utf8)).replies.count == 1)
    #expect(drive([UInt8]()).replies.isEmpty)
    #expect(drive([UInt8]()).code == .ok)
    #expect(drive(Array(repeating: UInt8(ascii: "x"), count: 2 << 20)).replies.count == 1)
  }

  @Test("a form that cannot be opened at the start ends the command")
  func start() {
    let gone = drive([#"{"op":"dump"}"#], form: "/nonexistent.csv")
    #expect(gone.code == .notFound)
    #expect(gone.replies.isEmpty)
    #expect(gone.errors.contains("/nonexistent.csv"))
    let bad = drive([#"{"op":"dump"}"#], form: #filePath)
    #expect(bad.code == .invalid)
    #expect(bad.replies.isEmpty)
    #expect(!bad.errors.isEmpty)
  }

  @Test("an input that fails ends the command with the system's reason")
  func inputFails() {
    let errors = BufferOutlet()
    let streams = Streams(
      output: BufferOutlet(), errors: errors, isInputTerminal: false, isOutputTerminal: false,
      isErrorTerminal: false, environment: Environment([:]), language: .english,
      measuredWidth: { 80 })
    let surroundings = Surroundings(readInput: { _ in throw LineReaderEnd.failed(code: EISDIR) })
    let code = Client.run(["forms", "drive"], streams: streams, surroundings: surroundings)
    #expect(code == .failure)
    #expect(errors.text == "Standard input cannot be read (Is a directory).\n")
  }

  @Test("a form that cannot be read leaves the one before as it was")
  func keeps() {
    let driven = drive(
      [
        #"{"op":"set","ref":"/data/content","value":"走访"}"#,
        #"{"op":"load","form":"/nonexistent.csv"}"#, #"{"op":"eval","expr":"/data/content"}"#,
      ], form: Self.folder + "diary.csv")
    #expect(
      driven.replies.last
        == #"{"ok":true,"string":"走访","type":"nodeset","value":["走访"]}"#)
  }

  @Test("lines are the same however the bytes arrive", arguments: [1, 2, 3, 7, 64])
  func pieces(size: Int) throws {
    var rest = Array("a\n\nbcd\r\ne".utf8)[...]
    var lines = FormDriveLines { _ in
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    var found: [FormDriveLines.Line] = []
    while let line = try lines.next() { found.append(line) }
    #expect(found == ["a", "", "bcd\r", "e"].map { .text(Array($0.utf8)) })
  }
}
