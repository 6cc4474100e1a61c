/* SPDX-License-Identifier: Apache-2.0 */
#ifndef TENON_ASSERT_H
#define TENON_ASSERT_H

/*
 * TN_ASSERT states what must hold if our own code is right. It is never used
 * for bytes from radio, tag or program. Built in with TN_ASSERTS defined; then
 * whoever links the brick supplies tn_assert_failed, which must not return.
 */

#ifdef TN_ASSERTS
_Noreturn void tn_assert_failed(const char *file, int line);
#define TN_ASSERT(condition)                                                   \
    ((condition) ? (void)0 : tn_assert_failed(__FILE__, __LINE__))
#else
#define TN_ASSERT(condition) ((void)sizeof(condition))
#endif

#endif
