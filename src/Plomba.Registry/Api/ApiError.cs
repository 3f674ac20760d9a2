using Microsoft.AspNetCore.Http;

namespace Plomba.Registry.Api;

/// <summary>
/// Why a request is refused: one row of the table below, with what it happened to. The body it becomes has exactly the specification's shape
/// (OCI distribution spec, "Error Codes"), so clients that look for a code find it.
/// </summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">The specification's error code.</param>
/// <param name="Message">What happened.</param>
/// <param name="Hint">What to do next; null when the message says it.</param>
/// <param name="Detail">To what it happened: a digest, a name, a tag; null when there is nothing to name.</param>
internal sealed record ApiError(int Status, string Code, string Message, string? Hint = null, string? Detail = null)
{
    /// <summary>The same error, saying what it happened to.</summary>
    public ApiError About(string? detail) => this with { Detail = detail };

    /// <summary>The same error with the reason in its message.</summary>
    public ApiError Because(string reason) => this with { Message = $"{Message}: {reason}" };

    // Names, digests, tags.
    public static readonly ApiError NameInvalid = new(400, "NAME_INVALID", "invalid repository name",
        "A name is lower-case components joined by '/', at most 255 characters.");
    public static readonly ApiError NameUnknown = new(404, "NAME_UNKNOWN", "repository name not known to registry");
    public static readonly ApiError DigestInvalid = new(400, "DIGEST_INVALID", "this is no digest",
        "A digest is sha256:, sha384: or sha512: and 64, 96 or 128 lower-case hex digits.");
    public static readonly ApiError LastInvalid = new(400, "PAGINATION_NUMBER_INVALID", "last is not a name that could stand in the list");
    public static readonly ApiError PageInvalid = new(400, "PAGINATION_NUMBER_INVALID", "n is not a whole number from 0 on");

    // Blobs and uploads.
    public static readonly ApiError BlobUnknown = new(404, "BLOB_UNKNOWN", "blob unknown to registry");
    public static readonly ApiError BlobInUse = new(409, "DENIED", "a manifest of this repository refers to the blob", "Delete the manifest first.");
    public static readonly ApiError UploadUnknown = new(404, "BLOB_UPLOAD_UNKNOWN", "blob upload unknown to registry",
        "Begin the upload again with POST.");
    public static readonly ApiError UploadBusy = new(409, "BLOB_UPLOAD_INVALID", "another request is writing to this upload",
        "Wait for it, then ask for the upload's state with GET.");
    public static readonly ApiError UploadOutOfOrder = new(416, "BLOB_UPLOAD_INVALID", "the chunk does not begin where the upload ends",
        "Go on from the offset in the Range header.");
    public static readonly ApiError UploadRangeInvalid = new(400, "BLOB_UPLOAD_INVALID", "Content-Range is not FIRST-LAST, or is not as long as the body");
    public static readonly ApiError UploadIncomplete = new(400, "BLOB_UPLOAD_INVALID", "the body broke off",
        "Ask for the upload's state with GET and go on from there.");
    public static readonly ApiError UploadWithoutDigest = new(400, "DIGEST_INVALID", "the request that completes an upload needs ?digest=");
    public static readonly ApiError DigestMismatch = new(400, "DIGEST_INVALID", "provided digest did not match uploaded content",
        "Begin the upload again; the bytes sent have another digest.");
    public static readonly ApiError TooManyUploads = new(429, "TOOMANYREQUESTS", "too many uploads of this user at once",
        "Let one of them finish first.");
    public static readonly ApiError RangeNotSatisfiable = new(416, "SIZE_INVALID", "the range asked for lies outside the blob");

    // Manifests.
    public static readonly ApiError ManifestUnknown = new(404, "MANIFEST_UNKNOWN", "manifest unknown");
    public static readonly ApiError ManifestDamaged = new(404, "MANIFEST_UNKNOWN", "the stored manifest is damaged and is not served",
        "Push the image again.");
    public static readonly ApiError ManifestInvalid = new(400, "MANIFEST_INVALID", "manifest invalid");
    public static readonly ApiError ManifestDigestMismatch = new(400, "DIGEST_INVALID", "the manifest does not have the digest it was sent under");
    public static readonly ApiError ManifestTooLarge = new(413, "MANIFEST_INVALID", "a manifest may have at most 4 MiB");
    public static readonly ApiError ManifestBlobUnknown = new(404, "MANIFEST_BLOB_UNKNOWN", "manifest references a manifest or blob unknown to registry",
        "Push what it refers to into this repository first.");
    public static readonly ApiError TagMoved = new(412, "DENIED", "the tag names another manifest by now",
        "Read it again, and write what follows from that.");
    public static readonly ApiError ConditionInvalid = new(400, "UNSUPPORTED", "If-Match takes one ETag of a manifest, If-None-Match takes *, both with a tag");
    public static readonly ApiError Schema1 = new(400, "MANIFEST_INVALID", "Docker schema 1 is not accepted",
        "Convert the image: skopeo copy --format v2s2, or push it with a docker or podman of the last years.");
    public static readonly ApiError TagInvalid = new(400, "MANIFEST_INVALID", "this is no tag",
        "A tag is 1 to 128 letters, digits, '_', '.' or '-', and does not begin with '.' or '-'.");
    public static readonly ApiError TooManyTags = new(400, "MANIFEST_INVALID", "too many tags in one push");

    // Signatures and keys.
    public static readonly ApiError SignatureInvalid = new(400, "MANIFEST_INVALID", "the signature is not accepted");
    public static readonly ApiError SignatureTooLarge = new(413, "SIZE_INVALID", "a signature may have at most 64 KiB");
    public static readonly ApiError TooManySignatures = new(409, "TOOMANYREQUESTS", "this manifest has 32 signatures, which is the most it can have");
    public static readonly ApiError TooManySignaturesOfAccount = new(409, "TOOMANYREQUESTS", "16 signatures of this manifest are this account's, which is the most one can have");

    public static readonly ApiError KeyUnknown = new(404, "UNSUPPORTED", "there is no such key here", "See /keys/ for those there are.");

    // Access.
    public static readonly ApiError Unauthorized = new(401, "UNAUTHORIZED", "authentication required", "Log in first: podman login, docker login.");
    public static readonly ApiError WrongPassword = new(401, "UNAUTHORIZED", "wrong user name or password");
    public static readonly ApiError TokenInvalid = new(401, "UNAUTHORIZED", "the bearer token is not valid (any more)", "Ask the token service again.");
    public static readonly ApiError Denied = new(401, "DENIED", "requested access to the resource is denied",
        "Pushing, signing and deleting are for the makers of the namespace; the security administrator decides who they are.");
    public static readonly ApiError PasswordInClear = new(403, "DENIED", "passwords are not accepted over plain HTTP from another machine",
        "Use https, or let the site say plain-http-passwords = true.");
    public static readonly ApiError NoAccounts = new(403, "DENIED", "this registry has no accounts and answers only its own machine");
    public static readonly ApiError TooManyLogins = new(429, "TOOMANYREQUESTS", "too many passwords are being checked", "Try again in a moment.");

    // The rest.
    public static readonly ApiError NoSuchEndpoint = new(404, "UNSUPPORTED", "there is nothing at this path");
    public static readonly ApiError MethodNotAllowed = new(405, "UNSUPPORTED", "the operation is unsupported");
    public static readonly ApiError StorageFull = new(507, "UNKNOWN", "the registry's disk is full", "Nothing was stored; try again when there is room.");
    public static readonly ApiError WritesStopped = new(503, "UNAVAILABLE", "the registry takes no changes now",
        "Its operator finds the reason in the log; reading goes on.");
    public static readonly ApiError BadRequest = new(400, "UNSUPPORTED", "the request is malformed");
    public static readonly ApiError Internal = new(500, "UNKNOWN", "the registry failed to do this", "Its operator finds the reason in the log.");

    /// <summary>Writes status and body; HEAD gets the headers alone.</summary>
    public Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        if (Status is 429 or 503)
            http.Response.Headers.RetryAfter = "2";
        return ErrorBody.WriteAsync(http, this);
    }
}
