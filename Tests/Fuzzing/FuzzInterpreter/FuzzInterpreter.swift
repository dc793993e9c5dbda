import FuzzSupport

/// Random scripts on random messages.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzInterpreter(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    FuzzChecks.interpreter(unsafe Array(UnsafeBufferPointer(start: start, count: count)))
    return 0
}
