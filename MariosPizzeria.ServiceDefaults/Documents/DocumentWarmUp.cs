using MariosPizzeria.Contracts;
using MariosPizzeria.Contracts.V1;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>
/// Looks a document up, and tries a write, with a message handled and an event raised, that can only fail: its version is one that no
/// document has.
/// </summary>
internal sealed class DocumentWarmUp<T>(IRepository<T> repository) : IWarmUp
    where T : class, IDocument
{
    private static readonly MenuChanged Event = new()
    {
        PizzaId = "warm-up",
        Change = "none",
        Available = false,
    };

    public async Task Run(CancellationToken cancellationToken)
    {
        _ = PizzeriaJson.Documents.GetTypeInfo(typeof(T));
        await repository.Find("warm-up", cancellationToken);
        if (await repository.List(Query<T>.All.First(1), cancellationToken) is [var document])
        {
            document.Version = long.MaxValue - 1;
            var message = new HandledMessage(Guid.NewGuid(), nameof(DocumentWarmUp<T>));
            await repository.Save(document, [Event], message, cancellationToken);
        }
    }
}
