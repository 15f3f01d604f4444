using MariosPizzeria.Contracts;

namespace MariosPizzeria.ServiceDefaults.Http;

/// <summary>Collects what is wrong with a request, all of it, so that a client mends it in one go.</summary>
public sealed class ValidationErrors
{
    private readonly Dictionary<string, List<string>> _errors = new(StringComparer.Ordinal);

    /// <summary>Notes a message for a field unless the condition holds.</summary>
    /// <param name="holds">What must be true.</param>
    /// <param name="field">As in the JSON: <c>items[0].quantity</c>.</param>
    /// <param name="message">What it must be.</param>
    /// <returns>The condition.</returns>
    public bool Require(bool holds, string field, string message)
    {
        if (!holds)
        {
            if (!_errors.TryGetValue(field, out var messages))
            {
                _errors[field] = messages = [];
            }

            messages.Add(message);
        }

        return holds;
    }

    /// <summary>The fault, or null where nothing is wrong.</summary>
    public Fault? ToFault() =>
        _errors.Count == 0
            ? null
            : Fault.Validation(_errors.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray(), StringComparer.Ordinal));
}
