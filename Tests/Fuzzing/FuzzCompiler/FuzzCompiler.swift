import FuzzSupport
import Sieve

/// Any octets as a script: compiled, and laid out anew if it is one. What must hold is held here: a program exists
/// exactly where there is no error, and a layout is its own layout.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCompiler(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: start, count: count))
    for script in [input, Alphabet.divide(input).script] {
        let compilation = SieveCompiler().compile(script, name: "fuzz")
        precondition((compilation.program == nil) == !compilation.errors.isEmpty)
        if let text = SieveFormatter().format(script).text {
            precondition(SieveFormatter().format(text).text == text)
        }
        for diagnostic in compilation.diagnostics { _ = diagnostic.rendered(name: "fuzz", source: script) }
    }
    return 0
}
