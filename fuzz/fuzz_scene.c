/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a scene: refused with a reason, or played for a short while.
 * Opens no files. */
#include <stddef.h>
#include <stdint.h>

#include <ports/crypto/sodium.h>
#include <sim/scene.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct tn_scene *scene =
        tn_scene_load_text("fuzz.scene", (const char *)data, size, true);

    if (scene->error_count == 0 && scene->brick_count <= 4) {
        struct tn_scene_options options = {
            .timeout_us = 400000,
            .crypto = tn_crypto_sodium(),
            .run_job = tn_crypto_sodium_run,
        };
        struct tn_scene_report report;

        tn_scene_run(scene, &options, NULL, &report);
        if (report.err) {
            __builtin_trap();
        }
    }
    tn_scene_free(scene);
    return 0;
}
