using MariosPizzeria.Contracts;
using MariosPizzeria.ServiceDefaults.Hosting;

namespace MariosPizzeria.ServiceDefaults.Documents;

/// <summary>Looks a document up, and tries a write that can only fail, as its version is one that no document has.</summary>
internal sealed class DocumentWarmUp<T>(IRepository<T> repository) : IWarmUp
    where T : class, IDocument
{
    public async Task Run(CancellationToken cancellationToken)
    {
        _ = PizzeriaJson.Documents.GetTypeInfo(typeof(T));
        await repository.Find("warm-up", cancellationToken);
        if (await repository.List(Query<T>.All.First(1), cancellationToken) is [var document])
        {
            document.Version = long.MaxValue - 1;
            await repository.Save(document, [], handled: null, cancellationToken);
        }
    }
}
