@preconcurrency import Glibc  // for stdout, which is a global variable of C
import Support

// A bad link for script/demo and for trying things by hand.
//
//   faulty-proxy TARGET-PORT [BYTES-PER-SECOND [RECEIVE-BYTES]]
//
// prints the port it listens on, then obeys lines on standard input:
//   target PORT       send new connections there
//   rate BYTES        uplink bytes a second; 0 = no limit
//   downrate BYTES    downlink bytes a second; 0 = no limit
//   delay MS          hold every byte back for so long, each way
//   connect MS        let a new connection wait so long
//   drop UP DARK      from now on, so many milliseconds of link, so many without
//   cut BYTES         reset the connection after so many more uplink bytes
//   count             print uplink bytes, downlink bytes and cuts so far
//   carried           print the uplink bytes so far, delivered or lost in a reset
// and ends with standard input.

setvbuf(stdout, nil, _IOLBF, 0)
guard let target = CommandLine.arguments.dropFirst().first.flatMap({ Int($0) }) else {
  fputs("usage: faulty-proxy TARGET-PORT [BYTES-PER-SECOND]\n", stderr)
  exit(2)
}
let numbers = CommandLine.arguments.dropFirst(2).map { Int($0) ?? 0 }
let proxy = try FaultyProxy(
  targetPort: target, receiveBytes: numbers.count > 1 ? numbers[1] : nil)
if let rate = numbers.first, rate > 0 { proxy.limit(.uplink, bytesPerSecond: rate) }
print(proxy.port)
while let line = readLine() {
  let words = line.split(separator: " ")
  let numbers = words.dropFirst().map { Int($0) ?? 0 }
  switch (words.first, numbers.first) {
  case ("target", let port?): proxy.setTarget(port: port)
  case ("rate", let rate?): proxy.limit(.uplink, bytesPerSecond: rate == 0 ? nil : rate)
  case ("downrate", let rate?): proxy.limit(.downlink, bytesPerSecond: rate == 0 ? nil : rate)
  case ("delay", let milliseconds?):
    proxy.delay(.uplink, milliseconds: milliseconds)
    proxy.delay(.downlink, milliseconds: milliseconds)
  case ("connect", let milliseconds?): proxy.delayConnections(milliseconds: milliseconds)
  case ("drop", let up?) where numbers.count == 2:
    proxy.drop(everyMilliseconds: up, darkMilliseconds: numbers[1])
  case ("cut", let bytes?): proxy.cut(.uplink, afterBytes: Int64(bytes), scope: .total)
  case ("count", _): print(proxy.uplinkBytes, proxy.downlinkBytes, proxy.cuts)
  case ("carried", _): print(proxy.uplinkCarriedBytes)
  default: fputs("faulty-proxy: not understood: \(line)\n", stderr)
  }
}
proxy.stop()
