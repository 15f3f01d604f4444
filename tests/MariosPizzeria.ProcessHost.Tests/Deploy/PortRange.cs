using System.Globalization;
using System.Text.RegularExpressions;
using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Tests.Deploy;

/// <summary>Moves the ports in the files of deploy/, 8000 to 8059, to a range that no other process uses.</summary>
internal sealed partial class PortRange : IDisposable
{
    private readonly List<IDisposable> _claims = [];
    private readonly int _first;

    public PortRange() => _first = Claim();

    /// <summary>Returns the text with its ports moved.</summary>
    public string MovedTo(string text) =>
        Ports().Replace(text, match => string.Create(CultureInfo.InvariantCulture, $"{_first / 100}{match.Groups["rest"].Value}"));

    /// <summary>Returns the URL of a path at the moved port.</summary>
    public Uri Url(int port, string path) =>
        new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{_first + port - 8000}/{path}"));

    public void Dispose() => _claims.ForEach(c => c.Dispose());

    private int Claim()
    {
        while (true)
        {
            var (port, claim) = LoopbackPort.ClaimFree();
            claim.Dispose();
            var first = port / 100 * 100;
            _claims.AddRange(Enumerable.Range(first, 60).Select(LoopbackPort.Reserve).OfType<IDisposable>());
            if (_claims.Count == 60)
            {
                return first;
            }

            Dispose();
            _claims.Clear();
        }
    }

    [GeneratedRegex(@"\b80(?<rest>[0-5](\d|%))", RegexOptions.ExplicitCapture, Timeout.Infinite)]
    private static partial Regex Ports();
}
