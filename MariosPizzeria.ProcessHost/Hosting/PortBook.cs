using MariosPizzeria.ProcessHost.Machine;

namespace MariosPizzeria.ProcessHost.Hosting;

/// <summary>Which port belongs to whom, over restarts of the process, the host and the machine.</summary>
internal sealed class PortBook(string file)
{
    private readonly Dictionary<string, int> _ports =
        StateFolder.Read<Dictionary<string, int>>(file) ?? new Dictionary<string, int>(StringComparer.Ordinal);

    private readonly Lock _lock = new();
    private readonly HashSet<string> _checked = new(StringComparer.Ordinal);

    /// <summary>The owner's port. One that a stranger has taken since the last time is replaced, once, before it is used.</summary>
    public int Of(string owner)
    {
        lock (_lock)
        {
            if (_checked.Add(owner) && !(_ports.TryGetValue(owner, out var known) && LoopbackPort.IsFree(known)))
            {
                do
                {
                    _ports[owner] = LoopbackPort.Free();
                } while (_ports.Count(p => p.Value == _ports[owner]) > 1);
                StateFolder.Write(file, _ports);
            }

            return _ports[owner];
        }
    }
}
